import { describe, expect, test } from "vitest";
import type { BatchResource, CurationResource } from "@/shared/api";
import { commandOf } from "./names";
import { argsOf, nextSort, scopeOf, type Wanted } from "./scope";

const batch = (id: string, status: BatchResource["attributes"]["status"] = "finished"): BatchResource => ({
  id,
  type: "batch",
  attributes: { status },
});
const curation = (
  id: string,
  batches: string[],
  status: CurationResource["attributes"]["status"] = "finished",
): CurationResource => ({ id, type: "curation", attributes: { status, batches } });
const nothing = { batch: "", curation: "", document: "", state: "", scorer: "" };
const wanted: Wanted = { ...nothing, kind: "", q: "", sort: "" };

describe("scope", () => {
  const batches = [batch("b3", "requested"), batch("b2"), batch("b1")];
  const curations = [curation("c3", ["b2"], "running"), curation("c2", ["b2"]), curation("c1", ["b1", "b2"])];

  test("without a wish: the newest batch that has begun, by its last finished curation", () => {
    expect(scopeOf(nothing, batches, curations)).toEqual({ batchId: "b2", curationId: "c2", byDefault: true });
  });

  test("a batch, a curation, a document, or all", () => {
    expect(scopeOf({ ...nothing, batch: "b1" }, batches, curations)).toMatchObject({ batchId: "b1", curationId: "c1" });
    expect(scopeOf({ ...nothing, curation: "c1" }, batches, curations)).toEqual({ curationId: "c1", byDefault: false });
    expect(scopeOf({ ...nothing, document: "d" }, batches, curations)).toEqual({ byDefault: false });
    expect(scopeOf({ ...nothing, batch: "all" }, batches, curations)).toEqual({ byDefault: false });
  });

  test("what only a curation knows is asked of the newest batch that has one", () => {
    const newer = [batch("b4"), ...batches];
    expect(scopeOf(nothing, newer, curations)).toMatchObject({ batchId: "b4", curationId: undefined });
    expect(scopeOf({ ...nothing, state: "kept" }, newer, curations)).toMatchObject({ batchId: "b2", curationId: "c2" });
    expect(scopeOf({ ...nothing, scorer: "grounding" }, newer, curations).batchId).toBe("b2");
    expect(scopeOf({ ...nothing, scorer: "quality" }, newer, curations).batchId).toBe("b4");
    expect(scopeOf({ ...nothing, state: "kept" }, [batch("b4")], []).batchId).toBe("b4");
  });

  test("a curation that is not finished shows its batch meanwhile, as the one before decided", () => {
    const found = scopeOf({ ...nothing, curation: "c3" }, batches, curations);
    expect(found.batchId).toBe("b2");
    expect(found.pending?.id).toBe("c3");
    expect(found.curationId).toBe("c2");
  });

  test("nothing there: no scope", () => {
    expect(scopeOf(nothing, [], [])).toEqual({ batchId: undefined, curationId: undefined, byDefault: true });
  });
});

describe("arguments", () => {
  test("a score range and an order by score need their scorer", () => {
    expect(argsOf({ ...wanted, min: 0.5, sort: "-score" }, { byDefault: true })).toMatchObject({
      scorer: undefined,
      min: undefined,
      sort: undefined,
    });
    expect(argsOf({ ...wanted, scorer: "grounding", min: 0.5 }, { byDefault: true })).toMatchObject({
      scorer: "grounding",
      min: 0.5,
    });
  });

  test("a scorer that is only looked at does not filter; nonsense in the URL is left out", () => {
    const args = argsOf({ ...wanted, scorer: "grounding", state: "perhaps", sort: "up" }, { byDefault: true });
    expect(args.scorer).toBeUndefined();
    expect(args.state).toBeUndefined();
    expect(args.sort).toBeUndefined();
  });

  test("the head of a column goes round", () => {
    expect(nextSort("", "score")).toBe("-score");
    expect(nextSort("-score", "score")).toBe("score");
    expect(nextSort("score", "score")).toBe("");
    expect(nextSort("-created", "score")).toBe("-score");
  });
});

test("the list as a command: a curation knows what was kept, a batch alone does not", () => {
  const kept = { ...wanted, state: "kept", q: "what's up" };
  expect(commandOf(kept, { curationId: "c1", batchId: "b1", byDefault: true }, "")).toBe(
    `studio samples list --curation c1 --kept --text 'what'\\''s up'`,
  );
  expect(commandOf(kept, { batchId: "b1", byDefault: true }, "")).toMatch(/^studio samples list --batch b1 --text /);
  expect(commandOf(wanted, { curationId: "c1", byDefault: true }, "a >= 1")).toContain("--what-if");
});
