import { fireEvent, screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";

const server = fakeApi();
const path = "/dead-letters/:id?";
const list = (...data: object[]) => HttpResponse.json({ data, meta: { next_cursor: null } });
const letter = {
  state: "parked",
  consumer: "curation",
  topic: "studio.curation",
  partition: 1,
  offset: 7,
  key: "demo/c1",
  code: "UNKNOWN_SCHEMA",
  message: "no schema has the fingerprint",
  headers: { ce_tenant: "demo" },
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};
const cause = {
  id: "curation/UNKNOWN_SCHEMA",
  type: "cause",
  attributes: {
    ...{ consumer: "curation", code: "UNKNOWN_SCHEMA", topics: ["studio.curation"], message: "no schema" },
    ...{ count: 3, parked: 1, first_at: letter.created_at, last_at: letter.created_at },
  },
};
const some = [
  http.get("*/api/v1/dead-letters/causes", () => list(cause)),
  http.get("*/api/v1/dead-letters", () => list({ id: "l1", type: "dead-letter", attributes: letter })),
];

test("without dead letters all is well", async () => {
  server.use(
    http.get("*/api/v1/dead-letters/causes", () => list()),
    http.get("*/api/v1/dead-letters", () => list()),
  );
  open(Component, { path, at: "/dead-letters" });
  expect(await screen.findByRole("heading", { name: "All is well" })).toBeInTheDocument();
});

test("a list that cannot be read says why", async () => {
  const broken = () => HttpResponse.json({ error: { code: "INTERNAL_ERROR", message: "Postgres is away" } }, { status: 500 });
  server.use(http.get("*/api/v1/dead-letters/causes", () => list()), http.get("*/api/v1/dead-letters", broken));
  open(Component, { path, at: "/dead-letters" });
  expect(await screen.findByRole("alert")).toHaveTextContent("Postgres is away");
});

test("bytes that are no event are shown, and a cause becomes the filter", async () => {
  const detail = { ...letter, undecodable: "UNKNOWN_SCHEMA: no schema", hexdump: "00000000  c3 01", record: null, data: null };
  server.use(
    http.get("*/api/v1/dead-letters/l1", () => HttpResponse.json({ data: { id: "l1", attributes: detail } })),
    ...some,
  );
  const page = open(Component, { path, at: "/dead-letters/l1" });
  expect(await screen.findByText("00000000 c3 01", { normalizer: (text) => text.replace(/\s+/g, " ") })).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "c1" })).toHaveAttribute("href", "/events?subject=c1");
  fireEvent.click(screen.getByRole("button", { name: /UNKNOWN_SCHEMA in curation/ }));
  await waitFor(() => expect(page.where()).toBe("/dead-letters/l1?consumer=curation&code=UNKNOWN_SCHEMA"));
});

test("a letter is not settled without a reason", async () => {
  const reasons: unknown[] = [];
  server.use(
    http.post("*/api/v1/dead-letters/l1/skip", async ({ request }) => {
      reasons.push(await request.json());
      return HttpResponse.json({ data: { id: "l1", attributes: { state: "skip", author: "me", reason: "test" } } });
    }),
    ...some,
  );
  open(Component, { path, at: "/dead-letters?selected=l1" });
  fireEvent.click(await screen.findByText("Skip 1"));
  await screen.findByText("Skip this letter?");
  const skip = () => fireEvent.click(screen.getByText("Skip"));
  skip();
  expect(await screen.findByText("Write why this is right.")).toBeInTheDocument();
  fireEvent.change(screen.getByLabelText("Reason"), { target: { value: "not worth it" } });
  skip();
  await waitFor(() => expect(reasons).toEqual([{ reason: "not worth it" }]));
  await waitFor(() => expect(screen.queryByText("Skip this letter?")).toBeNull());
});
