import { expect, test } from "vitest";
import { lineOf, partsIn, troublesOf } from "./structure";

const document = { name: "a", blob: "b", sha256: "c", size: 1, status: "extracted" as const };

test("only parts that there are, with their number", () => {
  expect(partsIn({ ...document, headings: 3, tables: 0, codes: 2 })).toEqual([
    { value: "heading", name: "Headings", count: 3 },
    { value: "code", name: "Code", count: 2 },
  ]);
});

test("what was hard is said with its number", () => {
  expect(troublesOf(document)).toEqual([]);
  expect(troublesOf({ ...document, pages: 9, bad_pages: 1, replaced_characters: 4, encoding: "cp1252" })).toEqual([
    "1 of 9 pages could not be read; the others were.",
    "4 characters could not be read as cp1252 and were replaced.",
  ]);
});

test("a region is named by its first line with words", () => {
  expect(lineOf({ kind: "table", start: 0, end: 9, text: "\n  a | b\nc | d" })).toBe("a | b");
  expect(lineOf({ kind: "code", start: 0, end: 0, text: "" })).toBe("an empty code");
});
