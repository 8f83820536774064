import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";
import { job } from "./testing";

const server = fakeApi();
const at = { path: "/pipeline", at: "/pipeline" };
const pipeline = (counts: object, more: object = {}) =>
  http.get("*/api/v1/pipeline", () => {
    const attributes = { stages: [], consumers: [], counts, dead_letters: {}, outbox: 0, alerts: [], ...more };
    return HttpResponse.json({ data: { id: "pipeline", type: "pipeline", attributes } });
  });
const jobs = (...data: object[]) =>
  http.get("*/api/v1/jobs", () => HttpResponse.json({ data, meta: { total: data.length } }));

test("a fresh studio says what to do", async () => {
  server.use(pipeline({ documents: {} }), jobs());
  open(Component, at);
  expect(await screen.findByRole("link", { name: "Upload documents" })).toHaveAttribute("href", "/documents");
  expect(screen.getByText("studio demo")).toBeInTheDocument();
  expect(await screen.findByText("Nothing is under way.")).toBeInTheDocument();
});

test("counts, a job with its bar, and an error in words", async () => {
  const failing = {
    ...job,
    eta_seconds: null,
    error: { code: "LOST", reason: "the trainer went away", remedy: "another one takes it" },
  };
  server.use(
    pipeline({ documents: { extracted: 3, failed: 1 } }, { alerts: [alert] }),
    jobs({ id: "run/ab", type: "job", attributes: failing }),
  );
  open(Component, at);
  expect(await screen.findByTestId("count-documents")).toHaveTextContent("4");
  expect(screen.getByText("1 failed, 3 extracted")).toBeInTheDocument();
  expect(await screen.findByRole("progressbar", { name: "Training: answers" })).toHaveAttribute("aria-valuenow", "40");
  expect(screen.getByText(/the trainer went away/)).toBeInTheDocument();
  expect(screen.getByText("the scores fall behind")).toBeInTheDocument();
  expect(screen.queryByText("Upload documents")).toBeNull();
});

const alert = {
  name: "lag",
  severity: "warning",
  message: "the scores fall behind",
  value: 40,
  limit: 30,
  raised_at: "2026-01-01T00:00:00Z",
};

test("an API that fails says so and can be asked again", async () => {
  server.use(
    http.get("*/api/v1/pipeline", () =>
      HttpResponse.json({ error: { code: "INTERNAL_ERROR", message: "Postgres is away" } }, { status: 500 }),
    ),
  );
  open(Component, at);
  expect(await screen.findByRole("alert")).toHaveTextContent("Postgres is away");
  expect(screen.getByRole("button", { name: "Try again" })).toBeInTheDocument();
});
