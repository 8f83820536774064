import { expect, test } from "vitest";
import {
  adjustCommand,
  changesOf,
  forkCommand,
  pauseCommand,
  settingNow,
  spokenChanges,
  spokenNeeds,
  whyEnded,
  whyNoFork,
} from "./control";

test("only what goes on can be paused, and only what has steps can be forked", () => {
  expect(whyEnded({ status: "paused" })).toBe("");
  expect(whyEnded({ status: "completed" })).toBe("The run is completed.");
  expect([whyNoFork(0), whyNoFork(3)]).toEqual(["It has made no step of GRPO yet.", ""]);
});

test("a setting is as it was changed last, else as it was asked, else not known", () => {
  const config = { grpo: { learning_rate: 0.001 } };
  expect(settingNow("learning_rate", config, [])).toBe(0.001);
  expect(
    settingNow("learning_rate", config, [{ changes: { learning_rate: 0.1 } }, { changes: { kl_target: 1 } }]),
  ).toBe(0.1);
  expect(settingNow("kl_target", config, [])).toBeNull();
});

test("texts of the form become numbers; what is empty stays, what is no number is said", () => {
  expect(changesOf({ learning_rate: " 1e-4 ", kl_target: "" })).toEqual({
    changes: { learning_rate: 1e-4 },
    faults: {},
  });
  expect(changesOf({ kl_coefficient: "much" }).faults.kl_coefficient).toMatch("a number");
  expect(changesOf({ kl_coefficient: "0" }).changes).toEqual({ kl_coefficient: 0 });
});

test("what is needed and changed is said in words", () => {
  expect(spokenNeeds({ device: "cuda", memory: 2 ** 31 })).toBe("cuda, 2.0 GiB free");
  expect([spokenNeeds({ device: "any", memory: 0 }), spokenNeeds({}), spokenNeeds(undefined)]).toEqual(["", "", ""]);
  expect(spokenChanges({ learning_rate: 0.1, other: 2 })).toBe("Learning rate 0.1, other 2");
});

test("each is a command too", () => {
  expect(pauseCommand("r1", " the night ")).toBe("studio runs pause r1 --reason 'the night'");
  expect(adjustCommand("r1", { learning_rate: "0.1", kl_target: " " })).toBe(
    "studio runs adjust r1 --learning-rate 0.1",
  );
  expect(forkCommand("r1", 4, [["grpo.steps", "9"]], "next")).toBe(
    "studio runs fork r1 --step 4 --model next --set grpo.steps=9",
  );
});
