import { expect, test } from "vitest";
import { spoken } from "./lines";

test("a chart says its content in words", () => {
  expect(spoken("Reward", [{ name: "train", points: [[1, 0.25], [2, null], [3, 0.5]] }])).toBe(
    "Reward. train: 2 values, from 0.25 at 1 to 0.5 at 3.",
  );
  expect(spoken("Reward", [{ name: "train", points: [] }])).toContain("no values yet");
});
