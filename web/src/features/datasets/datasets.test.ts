import { describe, expect, test } from "vitest";
import type { DatasetAttributes, DatasetResource } from "@/shared/api";
import { before, differences, droppedOf, exportPath, fileName, listCommand, partsOf } from "./datasets";
import { bodyOf, fieldOf, freezeCommand, REWARD, schema } from "./freeze";

const IT: DatasetAttributes = {
  name: "answers",
  version: "1.1.0",
  curation_id: "c",
  status: "frozen",
  train_rows: 300,
  heldout_rows: 100,
  train_sections: 7,
  heldout_sections: 3,
  dropped: [
    { reason: "leak", count: 2 },
    { reason: "grounding >= 0.8", count: 5 },
  ],
};
const version = (id: string, name: string, number: string | null): DatasetResource => ({
  id,
  type: "dataset",
  attributes: { ...IT, name, version: number },
});

describe("versions", () => {
  test("shares are of the rows that there really are", () => {
    expect(partsOf(IT).map((part) => [part.name, part.share])).toEqual([
      ["train", 0.75],
      ["held-out", 0.25],
    ]);
    expect(partsOf({ ...IT, train_rows: null, heldout_rows: null })[0]?.share).toBe(0);
    expect(droppedOf(IT)).toBe(7);
  });

  test("the one before is of the same name, and was frozen", () => {
    const all = [version("c", "a", "1.1.0"), version("x", "b", "3.0.0"), version("w", "a", null), version("b", "a", "1.0.0")];
    expect(before(all[0] as DatasetResource, all)?.id).toBe("b");
    expect(before(all[3] as DatasetResource, all)).toBeUndefined();
  });

  test("a comparison tells every reason of both, and marks what differs", () => {
    const lines = differences(IT, { ...IT, train_rows: 310, dropped: [{ reason: "duplicate", count: 1 }] }, ["a >= 1", "a >= 1"]);
    const of = (what: string) => lines.find((line) => line.what === what);
    expect(of("Rows to train on")).toMatchObject({ left: "300", right: "310", same: false });
    expect(of("Rule")?.same).toBe(true);
    expect(of("Left out: leak")).toMatchObject({ left: "2", right: "0" });
    expect(of("Left out: duplicate")).toMatchObject({ left: "0", right: "1" });
  });

  test("exports are named for what is in them", () => {
    expect(fileName(IT, "heldout", "chat")).toBe("answers-1.1.0-heldout.chat.jsonl");
    expect(exportPath("a/b", "all", "jsonl")).toBe("/api/v1/datasets/a%2Fb/export?split=all&format=jsonl");
    expect(listCommand("frozen")).toBe("studio dataset list --status frozen");
    expect(listCommand("'; rm")).toBe("studio dataset list");
  });
});

describe("the form", () => {
  const fields = { name: "answers", curation_id: "c", rule: " ", heldout_fraction: 0.3, seed: 0, reward: REWARD };

  test("says what is wrong in words", () => {
    const faults = schema.safeParse({ ...fields, name: "Big Name", curation_id: "", reward: "[1]", heldout_fraction: 2 });
    expect(faults.error?.issues.map((issue) => issue.path[0]).sort()).toEqual([
      "curation_id",
      "heldout_fraction",
      "name",
      "reward",
    ]);
    expect(schema.safeParse(fields).success).toBe(true);
    expect(schema.safeParse({ ...fields, reward: "" }).success).toBe(true);
  });

  test("an empty rule is the curation's own", () => {
    expect(bodyOf(fields)).toMatchObject({ rule: "", reward: { objectives: [{ name: "token_f1" }, { name: "format" }] } });
  });

  test("a refusal finds its field", () => {
    expect(fieldOf("reward.objectives[1].weight")).toBe("reward");
    expect(fieldOf("name")).toBe("name");
    expect(fieldOf("Idempotency-Key")).toBeUndefined();
    expect(fieldOf(undefined)).toBeUndefined();
  });

  test("as a command it says only what differs from the default", () => {
    expect(freezeCommand(fields)).toBe("studio dataset freeze answers --curation c");
    expect(freezeCommand({ ...fields, rule: "a >= 1", heldout_fraction: 0.2, seed: 7, reward: '{"objectives": []}' })).toBe(
      `studio dataset freeze answers --curation c --rule 'a >= 1' --heldout 0.2 --reward '{"objectives":[]}' --seed 7`,
    );
  });
});
