import { expect, test } from "vitest";
import { pieces } from "@/shared/text/codePoints";
import { aroundOf, marksOf } from "./passages";

test("the part that is shown never begins before the document", () => {
  expect(aroundOf({ passage_start: 10, passage_end: 50 })).toEqual({ start: 0, end: 350 });
  expect(aroundOf({ passage_start: 1000, passage_end: 1100 })).toEqual({ start: 700, end: 1400 });
});

test("the answer is marked at its code points, behind letters of two units too", () => {
  const text = "🦭🦭 Seals sleep on the ice 🧊 at night.";
  const marks = marksOf({ passage_start: 3, passage_end: 38, answer_start: 18, answer_end: 25 });
  const marked = pieces(text, 0, marks).filter((piece) => piece.names.includes("answer"));
  expect(marked.map((piece) => piece.text)).toEqual(["the ice"]);
});

test("an answer without a place of its own marks the passage only", () => {
  expect(marksOf({ passage_start: 3, passage_end: 9, answer_start: 0, answer_end: 0 })).toEqual([
    { name: "passage", start: 3, end: 9 },
  ]);
});
