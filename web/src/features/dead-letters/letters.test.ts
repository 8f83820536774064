import { expect, test } from "vitest";
import { command, settleAll, stateOf, subjectOf } from "./letters";

test("without a word the list shows what waits for somebody", () => {
  expect([stateOf(""), stateOf("all"), stateOf("skipped")]).toEqual(["parked", "", "skipped"]);
});

test("the command has the same filters", () => {
  expect(command("parked", "projection.feed.v1")).toBe("studio dead list --state parked --consumer projection.feed.v1");
  expect(command("", "")).toBe("studio dead list");
});

test("a record without a key holds up nobody", () => {
  expect(subjectOf("demo/run/3")).toBe("run/3");
  expect(subjectOf("?studio.models/1/0")).toBe("");
});

test("letters are settled in order, and the refused ones are told with their reason", async () => {
  const asked: string[] = [];
  const steps: number[] = [];
  const settle = (id: string) => {
    asked.push(id);
    return Promise.resolve(
      id === "b" ? { error: { status: 409, data: { error: { code: "NOT_PARKED", message: "it is skipped" } } } } : {},
    );
  };
  const refused = await settleAll(["a", "b", "c"], settle, (done) => steps.push(done));
  expect(asked).toEqual(["a", "b", "c"]);
  expect(steps).toEqual([1, 2, 3]);
  expect(refused.map((one) => [one.id, one.failure.code])).toEqual([["b", "NOT_PARKED"]]);
});
