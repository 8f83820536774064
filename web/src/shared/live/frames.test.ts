import { expect, test } from "vitest";
import { frameOf, numberOf, sameLog, wanted } from "./frames";
import { dataOf } from "./sse";
import { tagsOf } from "./tags";

const entry = { topic: "studio.training.steps", type: "StepRecorded", subject: "run1" };

test("filters: all of them must match, an empty one matches all", () => {
  expect(wanted(entry, {})).toBe(true);
  expect(wanted(entry, { topics: ["studio.training.steps"], types: [], subjects: ["run1"] })).toBe(true);
  expect(wanted(entry, { topics: ["studio.models"] })).toBe(false);
  expect(wanted(entry, { types: ["RunRequested"] })).toBe(false);
});

test("a subject stands for what is below it, not for what begins like it", () => {
  expect(wanted({ ...entry, subject: "run1/0007" }, { subjects: ["run1"] })).toBe(true);
  expect(wanted({ ...entry, subject: "run10" }, { subjects: ["run1"] })).toBe(false);
});

test("positions", () => {
  expect(numberOf("3fa1b2c4.1207")).toBe(1207);
  expect(numberOf("")).toBe(-1);
  expect(sameLog("aa.1", "aa.2")).toBe(true);
  expect(sameLog("aa.1", "ab.1")).toBe(false);
});

test("what is no frame is left alone", () => {
  expect(frameOf("no json")).toBeNull();
  expect(frameOf("[1]")).toBeNull();
  expect(frameOf('{"kind":"pong","position":"a.1"}')).toEqual({ kind: "pong", position: "a.1" });
});

test("server-sent events in any pieces", async () => {
  const text = "id: a.1\nevent: entry\ndata: one\n\n: comment\n\ndata: two\r\ndata: lines\r\n\r\ndata: unfinished";
  for (const size of [1, 3, 7, 100]) {
    const chunks = async function* () {
      for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
    };
    const found: string[] = [];
    for await (const data of dataOf(chunks())) found.push(data);
    expect(found, `pieces of ${size}`).toEqual(["one", "two\nlines"]);
  }
});

test("events make the lists old that show them", () => {
  expect(tagsOf("studio.documents", "DocumentExtracted")).toContain("documents");
  expect(tagsOf("studio.curation", "ReviewDecided")).toEqual(["samples", "reviews"]);
  expect(tagsOf("studio.training.steps", "StepRecorded")).not.toContain("training-steps");
  expect(tagsOf("studio.serving.calls", "CallServed")).toEqual([]);
});
