import { describe, expect, test } from "vitest";
import type { Event } from "./events";
import { countOf, EMPTY, MOST, rowsOf, waiting, withLive, withMissed, withPage } from "./tail";

const event = (id: string): Event => ({
  id,
  type: "T",
  topic: "t",
  subject: "s",
  time: "2026-01-01T00:00:00Z",
  version: 1,
  epoch: 0,
  seq: 0,
  source: "",
  correlation_id: null,
  causation_id: null,
  traceparent: "",
  data: {},
});
const some = (from: number, count: number) => Array.from({ length: count }, (_, index) => event(String(from + index)));
const ids = (tail: typeof EMPTY) => rowsOf(tail).map((row) => row.id);

describe("the rows that are held", () => {
  test("live events stand on top, the newest first; history goes on below", () => {
    const read = withPage(EMPTY, "", some(10, 2), "more");
    const tail = withLive(read, [event("11b"), event("12b")]);
    expect(ids(tail)).toEqual(["12b", "11b", "10", "11"]);
    expect(tail.next).toBe("more");
  });

  test("what came both ways is shown once", () => {
    const tail = withLive(withPage(EMPTY, "", some(0, 3), null), [event("1"), event("9")]);
    expect(ids(tail)).toEqual(["9", "0", "1", "2"]);
    expect(ids(withPage(tail, "x", [event("9"), event("10")], null))).toEqual(["9", "0", "1", "2", "10"]);
  });

  test("the bound lets whole pages of history go, to be read again from where they began", () => {
    let tail = withPage(EMPTY, "", some(0, 2000), "a");
    tail = withPage(tail, "a", some(2000, 2000), "b");
    tail = withLive(tail, some(10_000, 1500));
    expect(countOf(tail)).toBe(3500);
    expect(tail.next).toBe("a");
    expect(tail.pages.length).toBe(1);
  });

  test("live alone is bounded too", () => {
    const tail = withLive(EMPTY, some(0, MOST + 10));
    expect(countOf(tail)).toBe(MOST);
    expect(rowsOf(tail)[0]?.id).toBe(String(MOST + 9));
    expect(tail.next).toBe("");
  });

  test("what the list lacked at first is put in its place in time", () => {
    const at = (id: string, second: number) => ({ ...event(id), time: `2026-01-01T00:00:0${second}Z` });
    const tail = withLive(withPage(EMPTY, "", [at("b", 3), at("a", 1)], null), [at("d", 5)]);
    expect(ids(withMissed(tail, [at("d", 5), at("c", 2), at("b", 3)]))).toEqual(["d", "b", "c", "a"]);
    expect(withMissed(tail, [at("b", 3)])).toBe(tail);
  });

  test("what waits is bounded, and keeps the newest", () => {
    const held = waiting(some(0, MOST), some(MOST, 5));
    expect(held.length).toBe(MOST);
    expect(held.at(-1)?.id).toBe(String(MOST + 4));
  });
});
