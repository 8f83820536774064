import { expect, test } from "vitest";
import { coveredOf, gaps, whyNot } from "./coverage";
import { cellsOf, changeOf, differing } from "./diff";

const piece = (id: string, rows: number, dropped: { reason: string; count: number }[] = [], why = "") => ({
  id, start: 0, end: 9, train_rows: rows, heldout_rows: 0, dropped, why,
}); // prettier-ignore

test("a row says what it was and what it is, question and answer first", () => {
  const cells = cellsOf({ change: "changed", sample_id: "s", before: { a: 1, answer: "x" }, after: { a: 2, answer: "y" } });
  expect(cells).toEqual([
    { name: "answer", before: "x", after: "y" },
    { name: "a", before: "1", after: "2" },
  ]);
  expect(cellsOf({ change: "added", sample_id: "s", after: { question: "q" } })[0]).toEqual({
    name: "question", before: "", after: "q",
  }); // prettier-ignore
  expect([changeOf("moved"), changeOf("x")]).toEqual(["moved", undefined]);
  expect(differing({ added: 1, removed: 2, changed: 3, moved: 4, same: 9 })).toBe(10);
});

test("a gap says why; gaps with dropped samples come first", () => {
  const dropped = [{ reason: "grounding >= 0.9", count: 2 }];
  expect(gaps({ sections: [piece("a", 3), piece("b", 0), piece("c", 0, dropped)] }).map((one) => one.id)).toEqual([
    "c", "b",
  ]); // prettier-ignore
  expect(whyNot(piece("a", 1))).toBe("");
  expect(whyNot(piece("b", 0))).toBe("no sample was made from it");
  expect(whyNot(piece("c", 0, dropped, "all_dropped"))).toBe("all dropped: 2 grounding >= 0.9");
  expect([coveredOf(1, 4, "pages"), coveredOf(0, 0, "pages")]).toEqual(["1 of 4 pages (25 %)", "no pages"]);
});
