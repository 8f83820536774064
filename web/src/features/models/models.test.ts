import { expect, test } from "vitest";
import type { DeploymentResource, EventResource, ModelAttributes } from "@/shared/api";
import { agrees, ASKED, bodyOf, grounded, hear } from "./chat";
import { aliasesOf, beforeOf, dutiesOf, movesOf, newestFirst, pairOf } from "./models";

const model: ModelAttributes = {
  name: "bot",
  versions: [
    { version: "0.1.0", created_at: "2026-01-01T00:00:00Z", metadata: { stage: "base" } },
    {
      version: "0.1.1",
      created_at: "2026-01-02T00:00:00Z",
      metadata: { base: "0.1.0" },
      metrics: { gain: 0.2, gain_low: 0.1, gain_high: 0.3 },
    },
  ],
  aliases: { production: "0.1.0", live: "0.1.0" },
};

test("versions with their aliases and duties", () => {
  expect(newestFirst(model).map((one) => one.version)).toEqual(["0.1.1", "0.1.0"]);
  expect(aliasesOf(model, "0.1.0")).toEqual(["production", "live"]);
  const deployments = [
    {
      id: "a",
      type: "deployment",
      attributes: { name: "a", model: "bot", stable_version: "0.1.0", candidate_version: "0.1.1" },
    },
    { id: "b", type: "deployment", attributes: { name: "b", model: "other", stable_version: "0.1.0" } },
  ] as DeploymentResource[];
  expect(dutiesOf(deployments, "bot", "0.1.0")).toEqual([{ name: "a", what: "stable" }]);
  expect(dutiesOf(deployments, "bot", "0.1.1")).toEqual([{ name: "a", what: "on trial" }]);
});

test("a trained version is first held against what it was made from", () => {
  expect(pairOf(model)).toEqual({ left: "0.1.0", right: "0.1.1" });
  expect(pairOf({ name: "x", versions: [model.versions![0]!] })).toEqual({ left: "0.1.0", right: "0.1.0" });
  expect(pairOf({ name: "x" })).toEqual({ left: "", right: "" });
});

test("a rollback of an alias leads to where its last move came from", () => {
  const event = (type: string, data: object) =>
    ({ id: "e", type: "event", attributes: { type, data, time: "t" } }) as unknown as EventResource;
  const moves = movesOf([
    event("AliasMoved", { alias: "live", version: "0.1.1", previous: "0.1.0", author: "me" }),
    event("ModelRegistered", {}),
    event("AliasMoved", { alias: "live", version: "0.1.0", previous: "" }),
  ]);
  expect(moves).toHaveLength(2);
  expect([beforeOf(moves, "live"), beforeOf(moves, "other")]).toEqual(["0.1.0", ""]);
});

test("a question goes with its passage as in training", () => {
  expect(grounded(" It floats. ", " Does it? ")).toBe("It floats.\n\nquestion: Does it?");
  expect(grounded("", "Hi")).toBe("Hi");
  const body = bodyOf("bot@1", { system: " Be brief ", passage: "", question: "Hi", temperature: 0.5 });
  expect(body).toMatchObject({
    model: "bot@1",
    temperature: 0.5,
    stream: true,
    messages: [
      { role: "system", content: "Be brief" },
      { role: "user", content: "Hi" },
    ],
  });
});

test("a stream becomes an answer with its times and tokens", () => {
  const piece = (content: string) => JSON.stringify({ choices: [{ delta: { content }, finish_reason: null }] });
  let answer = hear(ASKED, piece(""), 5);
  expect(answer).toMatchObject({ stage: "asking", text: "" });
  answer = hear(hear(answer, piece("at"), 40), piece(" night"), 60);
  expect(answer).toMatchObject({ stage: "speaking", text: "at night", first: 40 });
  answer = hear(answer, JSON.stringify({ choices: [{ delta: {}, finish_reason: "length" }] }), 61);
  answer = hear(answer, JSON.stringify({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 2 } }), 62);
  answer = hear(answer, "[DONE]", 63);
  expect(answer).toMatchObject({ stage: "done", total: 63, finish: "length", usage: { prompt: 9, completion: 2 } });
});

test("a stream that breaks off is a failure, not an end", () => {
  const error = { error: { code: "ROUTER_AWAY", message: "the answer broke off", details: {} } };
  const answer = hear({ ...ASKED, text: "at" }, JSON.stringify(error), 7);
  expect(answer).toMatchObject({ stage: "failed", text: "at", failure: { code: "ROUTER_AWAY" } });
  expect(hear(answer, "no json", 8)).toBe(answer);
});

test("answers are held against the reference without case and outer punctuation", () => {
  expect(agrees(" At  Night. ", "at night")).toBe(true);
  expect(agrees("at noon", "at night")).toBe(false);
});
