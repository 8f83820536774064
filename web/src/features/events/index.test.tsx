import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { layOut } from "@/shared/testing/layout";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";

const server = fakeApi();
layOut();
const PATH = "/events/:id?";
const event = (id: string, type: string, more: object = {}) => ({
  id,
  type: "event",
  attributes: {
    topic: "studio.datasets",
    type,
    subject: "d1",
    time: "2026-01-01T10:00:00Z",
    correlation_id: "c1",
    data: { name: "answers" },
    ...more,
  },
});
const list = (data: object[], next: string | null = null) => HttpResponse.json({ data, meta: { next_cursor: next } });
const refusal = (status: number, message: string) =>
  HttpResponse.json({ error: { code: "NO", message, details: {} } }, { status });

test("an empty log says what to do", async () => {
  server.use(http.get("*/api/v1/events", () => list([])));
  open(Component, { path: PATH, at: "/events" });
  expect(await screen.findByText("Nothing happened here yet")).toBeInTheDocument();
  expect(screen.getByText(/back to the first/)).toBeInTheDocument();
});

test("a log that cannot be read says why, and is asked again", async () => {
  let broken = true;
  server.use(
    http.get("*/api/v1/events", () => (broken ? refusal(503, "Postgres is away") : list([event("e1", "DatasetFrozen")]))),
  );
  open(Component, { path: PATH, at: "/events" });
  expect(await screen.findByText("Postgres is away")).toBeInTheDocument();
  broken = false;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("DatasetFrozen")).toBeInTheDocument();
});

test("history is read on to its end, and filters are sent to the studio", async () => {
  const asked: string[] = [];
  server.use(
    http.get("*/api/v1/events", ({ request }) => {
      asked.push(new URL(request.url).search);
      return asked.length === 1 ? list([event("e2", "DatasetFrozen")], "more") : list([event("e1", "DatasetRequested")]);
    }),
  );
  open(Component, { path: PATH, at: "/events?topic=studio.datasets&subject=d1" });
  expect(await screen.findByText("DatasetRequested")).toBeInTheDocument();
  expect(asked).toEqual([
    "?topic=studio.datasets&subject=d1&limit=200",
    "?topic=studio.datasets&subject=d1&limit=200&cursor=more",
  ]);
});

test("an event with what caused it and what it caused", async () => {
  const one = event("e2", "DatasetRequested");
  server.use(
    http.get("*/api/v1/events", () => list([one])),
    http.get("*/api/v1/events/e2", () => HttpResponse.json({ data: one })),
    http.get("*/api/v1/events/e2/causes", () =>
      HttpResponse.json({
        data: {
          id: "e2",
          type: "causes",
          attributes: {
            event: one,
            causes: [event("e1", "CurationFinished")],
            effects: [event("e3", "DatasetFrozen")],
            related: 3,
            truncated: false,
          },
        },
      }),
    ),
  );
  open(Component, { path: PATH, at: "/events/e2?topic=studio.datasets" });
  expect(await screen.findByRole("link", { name: /CurationFinished/ })).toHaveAttribute(
    "href",
    "/events/e1?topic=studio.datasets",
  );
  expect(screen.getByRole("link", { name: /DatasetFrozen/ })).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "To the dataset" })).toHaveAttribute("href", "/datasets/d1");
  expect(screen.getByRole("link", { name: "All 3 events of the same request" })).toHaveAttribute(
    "href",
    "/events?correlation=c1",
  );
});

test("an event that is not there is told", async () => {
  server.use(
    http.get("*/api/v1/events", () => list([])),
    http.get("*/api/v1/events/gone", () => refusal(404, "there is no event gone")),
  );
  open(Component, { path: PATH, at: "/events/gone" });
  expect(await screen.findByText("There is no such event")).toBeInTheDocument();
});
