import { expect, test } from "vitest";
import { nextOf } from "./next";

test.each([
  ["/samples?state=kept", "/samples?state=kept"],
  [null, "/pipeline"],
  ["https://elsewhere.example/", "/pipeline"],
  ["//elsewhere.example/", "/pipeline"],
  ["/\\elsewhere.example", "/pipeline"],
])("after the login, %s leads to %s", (wanted, path) => {
  expect(nextOf(wanted)).toBe(path);
});
