import { describe, expect, test } from "vitest";
import { length, pieces, slice } from "./codePoints";

describe("code points", () => {
  test("letters outside the first plane count once", () => {
    expect("🦭a".length).toBe(3);
    expect(length("🦭a")).toBe(2);
    expect(slice("🦭🦭 seals", 1, 4)).toBe("🦭 s");
  });

  test("a text is cut at the edges of its spans, counted from where it begins", () => {
    const found = pieces("🦭 Seals rest 🌊 here.", 100, [
      { name: "passage", start: 102, end: 120 },
      { name: "answer", start: 108, end: 112 },
    ]);
    expect(found.map((piece) => [piece.text, piece.names])).toEqual([
      ["🦭 ", []],
      ["Seals ", ["passage"]],
      ["rest", ["passage", "answer"]],
      [" 🌊 here.", ["passage"]],
    ]);
    expect(found.map((piece) => piece.start)).toEqual([100, 102, 108, 112]);
  });

  test("spans may begin before the text and end behind it; empty ones cut nothing away", () => {
    expect(pieces("abc", 10, [{ name: "all", start: 0, end: 99 }])).toEqual([{ text: "abc", start: 10, names: ["all"] }]);
    expect(pieces("abc", 10, [{ name: "none", start: 11, end: 11 }]).map((piece) => piece.text)).toEqual(["a", "bc"]);
    expect(pieces("", 10, [])).toEqual([]);
  });
});
