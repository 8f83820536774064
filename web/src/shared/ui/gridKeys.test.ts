import { expect, test } from "vitest";
import { mostRows, rowAfter } from "./gridKeys";

test("keys move within the list and stop at its ends", () => {
  expect(rowAfter("ArrowDown", -1, 5, 3)).toBe(0);
  expect(rowAfter("ArrowDown", 4, 5, 3)).toBe(4);
  expect(rowAfter("ArrowUp", -1, 5, 3)).toBe(0);
  expect(rowAfter("PageDown", 1, 100_000, 20)).toBe(21);
  expect(rowAfter("PageUp", 5, 100_000, 20)).toBe(0);
  expect(rowAfter("End", 0, 100_000, 20)).toBe(99_999);
  expect(rowAfter("Home", 7, 9, 3)).toBe(0);
});

test("other keys and empty lists lead nowhere", () => {
  expect(rowAfter("x", 1, 5, 3)).toBeNull();
  expect(rowAfter("ArrowDown", -1, 0, 3)).toBeNull();
});

test("a hundred thousand rows fit", () => {
  expect(mostRows(40)).toBeGreaterThan(100_000);
});
