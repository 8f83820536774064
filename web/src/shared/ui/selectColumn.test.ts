import { expect, test } from "vitest";
import { toggled } from "./selectColumn";

test("choosing twice takes it back", () => {
  expect(toggled(toggled(["a"], "b"), "a")).toEqual(["b"]);
});
