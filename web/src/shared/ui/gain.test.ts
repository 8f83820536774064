import { expect, test } from "vitest";
import { gainOf, signed, toneOf } from "./gain";

test("a gain is known with its interval or not at all", () => {
  expect(gainOf({})).toBeNull();
  expect(gainOf({ metrics: null })).toBeNull();
  expect(gainOf({ metrics: { gain: 0.1 } })).toBeNull();
  expect(gainOf({ metrics: { gain: 0.1, gain_low: -0.1, gain_high: 0.3, reward_before: 0.5 } })).toEqual({
    gain: 0.1, low: -0.1, high: 0.3, before: 0.5, after: null,
  }); // prettier-ignore
});

test("it has a tone only where the interval leaves nothing out", () => {
  const tones = [toneOf({ low: 0.1, high: 0.2 }), toneOf({ low: 0, high: 1 }), toneOf({ low: -2, high: -1 })];
  expect(tones).toEqual(["good", "soft", "bad"]);
});

test("a difference is written with its sign", () => {
  expect([signed(0.1736), signed(-0.02, 2)]).toEqual(["+0.174", "−0.02"]);
});
