import { describe, expect, test } from "vitest";
import type { ChunkResource } from "@/shared/api";
import { batchOf, generateCommand, schema, START } from "./generate";
import { kindOf, partsOf } from "./list";
import { groupsOf } from "./made";
import { GAP, joined, PAGE, pagesOf, rowAt, rowsOf, sectionsOf } from "./rows";

const chunk = (id: string, start: number, end: number, section = "s1"): ChunkResource => ({
  id,
  type: "chunk",
  attributes: { start, end, text: "", section_id: section, section_title: section === "s1" ? "One" : "" },
});

describe("rows of a text", () => {
  test("each place is in exactly one row, chunk or not", () => {
    const rows = rowsOf([chunk("a", 10, 20), chunk("b", 21, 30), chunk("c", 25, 40)], 50, false);
    expect(rows.map((row) => [row.start, row.end, row.chunk?.id])).toEqual([
      [0, 10, undefined],
      [10, 20, "a"],
      [20, 21, undefined],
      [21, 30, "b"],
      [30, 40, "c"],
      [40, 50, undefined],
    ]);
    for (let place = 0; place < 50; place += 1) expect(rowAt(rows, place)).toBeGreaterThanOrEqual(0);
    expect(rowAt(rows, 50)).toBe(-1);
  });

  test("nothing is shown after the last chunk while more are to come", () => {
    expect(rowsOf([chunk("a", 0, 20)], 5000, true)).toHaveLength(1);
  });

  test("a text without chunks is cut into stretches", () => {
    expect(rowsOf([], GAP * 2 + 1, false).map((row) => row.start)).toEqual([0, GAP, GAP * 2]);
  });

  test("the requests that hold a span", () => {
    expect(pagesOf(0, PAGE)).toEqual([0]);
    expect(pagesOf(PAGE - 1, PAGE + 1)).toEqual([0, 1]);
  });

  test("a span over two pages counts code points, not halves of them", () => {
    const text = Array.from("ab🐝cd🐝ef");
    const pages = [
      { start: 0, points: text.slice(0, 4) },
      { start: 4, points: text.slice(4) },
    ];
    expect(joined(pages, 2, 6)).toBe("🐝cd🐝");
    expect(joined(pages.slice(1), 5, 7)).toBe("🐝e");
  });

  test("sections keep their order and count their chunks", () => {
    const found = sectionsOf([chunk("a", 0, 1), chunk("b", 2, 3), chunk("c", 4, 5, "s2")]);
    expect(found.map((section) => [section.title, section.chunks])).toEqual([
      ["One", 2],
      ["Without a heading", 1],
    ]);
  });
});

describe("samples from documents", () => {
  test("what only a model needs is left out without one", () => {
    const wish = { ...START, count: 50, quality: 0.5, endpoint: "http://x/v1", template: "t" };
    expect(batchOf(["a"], wish)).toEqual({
      documents: ["a"],
      count: 50,
      quality_threshold: 0.5,
      seed: 0,
      method: "extractive",
    });
    expect(batchOf(["a"], { ...wish, method: "endpoint" })).toMatchObject({ endpoint: "http://x/v1", template: "t" });
  });

  test("an endpoint needs an address", () => {
    const bad = schema.safeParse({ ...START, method: "endpoint" });
    expect(bad.success ? [] : bad.error.issues.map((issue) => issue.path)).toEqual([["endpoint"]]);
    expect(schema.safeParse({ ...START, count: 0 }).success).toBe(false);
    expect(schema.safeParse(START).success).toBe(true);
  });

  test("the command says the same", () => {
    expect(generateCommand(["a", "b"], { ...START, quality: 0.5 })).toBe("studio generate a b --count 200 --quality 0.5");
    const asked = generateCommand(["a"], { ...START, method: "endpoint", endpoint: "http://x/v1", model: "m 1" });
    expect(asked).toBe("studio generate a --count 200 --endpoint http://x/v1 --model 'm 1'");
  });
});

describe("the list", () => {
  test("kinds and parts in words", () => {
    const it = {
      ...{ name: "a", blob: "", sha256: "", size: 1, status: "extracted" as const },
      media_type: "text/plain",
      found_media_type: "application/pdf",
    };
    expect(kindOf(it)).toBe("PDF");
    expect(partsOf({ ...it, pages: 1, sections: 0, chunks: 12 })).toBe("1 page, 12 chunks");
  });
  test("what was made is grouped in the order of the flow", () => {
    const node = (type: "run" | "batch" | "model_version", id: string, label = "") => ({ type, id, label, depth: 1 });
    const nodes = [node("model_version", "qa@0.1.0"), node("run", "r1", "qa done"), node("batch", "abcdef12")];
    const groups = groupsOf({ direction: "down", nodes, edges: [] });
    expect(groups.map((group) => group.name)).toEqual(["Batches", "Runs", "Model versions"]);
    expect(groups[2]?.things[0]?.to).toBe("/models/qa");
    expect(groups[0]?.things[0]?.name).toBe("abcdef12");
  });
});
