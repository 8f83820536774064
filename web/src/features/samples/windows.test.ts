import { expect, test } from "vitest";
import { isNear, neighbour, pagesFor } from "./windows";

test("rows in view are always held, with the page that comes next", () => {
  expect(pagesFor(0, 20)).toEqual([0, 1]);
  expect(pagesFor(190, 215)).toEqual([0, 1]);
  expect(pagesFor(210, 230)).toEqual([0, 1]);
  expect(pagesFor(350, 380)).toEqual([1, 2]);
  expect(pagesFor(99_980, 99_999)).toEqual([499, 500]);
});

test("a jump is told from a walk", () => {
  expect(isNear([0, 1], [1, 2])).toBe(true);
  expect(isNear([0, 1], [250, 251])).toBe(false);
});

test("one step from the open sample", () => {
  expect(neighbour(1, 4, 4, 10)).toBe(5);
  expect(neighbour(-1, 4, 4, 10)).toBe(3);
  expect(neighbour(1, 9, 9, 10)).toBeNull();
  expect(neighbour(-1, 0, 0, 10)).toBeNull();
});

test("where it left the list, the next one has moved into its place", () => {
  expect(neighbour(1, -1, 4, 10)).toBe(4);
  expect(neighbour(-1, -1, 4, 10)).toBe(3);
  expect(neighbour(1, -1, undefined, 10)).toBe(0);
  expect(neighbour(-1, -1, undefined, 10)).toBe(0);
  expect(neighbour(1, -1, undefined, 0)).toBeNull();
});
