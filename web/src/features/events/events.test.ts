import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hasText, matches, ofResource, summary, tailCommand, thingOf } from "./events";
import { liveTopics, TOPICS, typesOf } from "./topics";

const EVENT = ofResource({
  id: "e1",
  type: "event",
  attributes: {
    topic: "studio.generation.samples",
    type: "SampleGenerated",
    subject: "b1/0007",
    time: "2026-01-01T00:00:00Z",
    data: { sample_id: "s1", question: "How long do Customers wait?" },
  },
});
const ALL = { topic: "", type: "", subject: "", correlation: "", text: "" };

test("topics and types are those of the schemas", () => {
  const folder = `${process.cwd()}/../schemas/avro`;
  const found = Object.fromEntries(
    readdirSync(folder).map((name) => [
      `studio.${name}`,
      [...new Set(readdirSync(`${folder}/${name}`).map((file) => file.split(".")[0] ?? ""))], // of each version a file
    ]),
  );
  delete found["studio.routing"]; // tables of routes are no events for people
  const listed = Object.entries(TOPICS).map(([topic, types]) => [topic, [...types].sort()]);
  expect(Object.fromEntries(listed)).toEqual(
    Object.fromEntries(Object.entries(found).map(([topic, types]) => [topic, types.sort()])),
  );
});

describe("filters", () => {
  test("a subject means what is below it too", () => {
    expect(matches(EVENT, { ...ALL, subject: "b1" })).toBe(true);
    expect(matches(EVENT, { ...ALL, subject: "b" })).toBe(false);
    expect(matches(EVENT, { ...ALL, topic: "studio.models" })).toBe(false);
    expect(matches(EVENT, { ...ALL, type: "SampleGenerated", text: "customers" })).toBe(true);
    expect(matches(EVENT, { ...ALL, correlation: "other" })).toBe(false);
  });

  test("text is looked for in the body too", () => {
    expect(hasText(EVENT, "HOW LONG")).toBe(true);
    expect(hasText(EVENT, "nowhere")).toBe(false);
  });

  test("calls and windows of figures come only to who asks", () => {
    expect(liveTopics("")).not.toContain("studio.metrics.windows");
    expect(liveTopics("")).not.toContain("studio.serving.calls");
    expect(liveTopics("")).toContain("studio.curation.scores");
    expect(liveTopics("studio.metrics.windows")).toEqual(["studio.metrics.windows"]);
    expect(typesOf("studio.models")).toEqual(["ModelRegistered", "AliasMoved"]);
  });
});

test("a row says what it is about in a line", () => {
  expect(summary({ a: 1, empty: "", nothing: null, text: "x".repeat(80) })).toBe(`a 1 · text ${"x".repeat(60)}…`);
});

test("an event leads to its thing", () => {
  expect(thingOf(EVENT)).toEqual({ name: "sample", path: "/samples/s1" });
  const of = (topic: string, subject: string, data = {}) => thingOf({ topic, subject, data })?.path;
  expect(of("studio.generation.samples", "b1/0007")).toBe("/samples?batch=b1");
  expect(of("studio.training.steps", "r1/grpo/3")).toBe("/runs/r1");
  expect(of("studio.dead", "d1")).toBe("/dead-letters/d1");
  expect(of("studio.serving.calls", "x", { deployment: "answers" })).toBe("/deployments/answers");
  expect(of("studio.metrics.windows", "x")).toBeUndefined();
});

test("the same tail as a command", () => {
  expect(tailCommand({ topic: "", type: "", subject: "" })).toBe("studio events tail");
  expect(tailCommand({ topic: "studio.models", type: "AliasMoved", subject: "a b" })).toBe(
    "studio events tail --topic studio.models --type AliasMoved --subject 'a b'",
  );
});
