import { expect, test } from "vitest";
import { bodyOf, filterOf, START, takesAll } from "./bulk";

test("what is left open is left out; bounds need their score", () => {
  expect(filterOf({ ...START, low: 0.2, text: " " })).toEqual({ unreviewed: true });
  expect(filterOf({ ...START, rule: "dropped", scorer: "grounding", low: 0, high: 0.5 })).toEqual({
    kept: false, scorer: "grounding", low: 0, high: 0.5, unreviewed: true,
  }); // prettier-ignore
});

test("a filter without a condition takes all", () => {
  expect([takesAll(START), takesAll({ ...START, kind: "cloze" })]).toEqual([true, false]);
  expect(bodyOf("c", START, " why ", true)).toMatchObject({ curation_id: "c", reason: "why", dry_run: true });
});
