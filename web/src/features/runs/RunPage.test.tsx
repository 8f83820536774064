import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";
import { list } from "@/shared/testing/answers";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";
import { attributes, run } from "./testing";

vi.mock("@/shared/charts/Chart", () => ({
  Chart: ({ label }: { label: string }) => <div role="img" aria-label={label} />,
}));

const server = fakeApi();
const path = "/runs/:id?";
const shown = (change: object = {}) =>
  http.get("*/api/v1/runs/abcdef0123", () =>
    HttpResponse.json({ data: { ...run, attributes: { ...attributes, ...change } } }),
  );
const meanings = { reward: "mean over completions", ratio: "mean of the ratios" };
const around = [
  list("runs/abcdef0123/evaluations"),
  list("runs/abcdef0123/checkpoints"),
  list("runs/abcdef0123/adjustments"),
  http.get("*/api/v1/runs/abcdef0123/definitions", () =>
    HttpResponse.json({
      data: { id: run.id, type: "definitions", attributes: { run_id: run.id, definitions: meanings } },
    }),
  ),
  http.get("*/api/v1/datasets/d1", () =>
    HttpResponse.json({
      data: { id: "d1", type: "dataset", attributes: { name: "ships", version: "1.0.0", status: "frozen" } },
    }),
  ),
];
const grpo = (step: number, more: object = {}) => ({
  id: String(step),
  attributes: { run_id: run.id, phase: "grpo", step, reward: 0.5, recorded_at: "2026-01-01T00:00:00Z", ...more },
});

test("a run shows each metric with every step, and its error", async () => {
  const step = { run_id: run.id, phase: "grpo", step: 1, reward: 0.5, recorded_at: "2026-01-01T00:00:00Z" };
  const failed = {
    ...attributes,
    status: "failed",
    error: { code: "CONFIG", reason: "no such setting", field: "config.x" },
  };
  server.use(
    http.get("*/api/v1/runs/abcdef0123", () => HttpResponse.json({ data: { ...run, attributes: failed } })),
    list(
      "runs/abcdef0123/steps",
      { id: "1", attributes: step },
      { id: "2", attributes: { ...step, step: 2, reward: 0.7 } },
    ),
    ...around,
  );
  open(Component, { path, at: "/runs/abcdef0123" });
  expect(await screen.findByText(/2 steps; every one is drawn/)).toBeInTheDocument();
  expect(screen.getByRole("img", { name: /Reward: 2 values, from 0.5 at 1 to 0.7 at 2/ })).toBeInTheDocument();
  expect(screen.getByText("no such setting")).toBeInTheDocument();
  expect(await screen.findByRole("link", { name: "ships 1.0.0" })).toHaveAttribute("href", "/datasets/d1");
});

test("a running run says how long, what its figures mean, what was changed and what alarmed", async () => {
  const alarm = { rule: "kl", action: "back_off", value: 0.7, limit: 0.5, message: "kl is above 0.5" };
  const change = { run_id: run.id, revision: 1, changes: { learning_rate: 0.0001 }, applied_step: 2, author: "ann" };
  server.use(
    shown({ status: "running", eta_seconds: 720, parent_run: "fedcba9876", parent_step: 4, labels: { owner: "ann" } }),
    list(
      "runs/abcdef0123/steps",
      grpo(1, { metrics: { ratio: 1 } }),
      grpo(2, { metrics: { ratio: 1.25 }, alarms: [alarm] }),
    ),
    list("runs/abcdef0123/adjustments", {
      id: "1",
      attributes: { ...change, reason: "it jumps", decided_at: "2026-01-01T00:00:00Z" },
    }),
    ...around,
  );
  open(Component, { path, at: "/runs/abcdef0123" });
  expect(await screen.findByText(/\+ 12 min/)).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "fedcba98" })).toHaveAttribute("href", "/runs/fedcba9876");
  expect(screen.getByText("owner=ann")).toBeInTheDocument();
  expect(await screen.findByRole("row", { name: /Learning rate 0.0001 2 it jumps ann/ })).toBeInTheDocument();
  expect(await screen.findByRole("row", { name: /2 kl back off 0.7 0.5 kl is above 0.5/ })).toBeInTheDocument();
  expect(await screen.findByRole("row", { name: /ratio 1.25 mean of the ratios/ })).toBeInTheDocument();
  expect(screen.getByRole("img", { name: /ratio: 2 values/ })).toBeInTheDocument();
});

test("a run is paused with a reason; a paused one says by whom and is resumed", async () => {
  const asked: unknown[] = [];
  let status = "running";
  server.use(
    http.get("*/api/v1/runs/abcdef0123", () =>
      HttpResponse.json({
        data: { ...run, attributes: { ...attributes, status, paused_by: "ann", pause_reason: "the night" } },
      }),
    ),
    http.post("*/api/v1/runs/abcdef0123/:what", async ({ request, params }) => {
      asked.push([params.what, await request.json()]);
      status = params.what === "pause" ? "paused" : "pending";
      return HttpResponse.json({ data: { id: run.id, type: "run", attributes: { revision: 3, events: [] } } });
    }),
    list("runs/abcdef0123/steps"),
    ...around,
  );
  open(Component, { path, at: "/runs/abcdef0123" });
  await userEvent.click(await screen.findByRole("button", { name: "Pause" }));
  await userEvent.type(await screen.findByLabelText("Why"), "the night");
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Pause" }));
  expect(await screen.findByText(/Paused by ann: the night/)).toBeInTheDocument();
  await userEvent.click(await screen.findByRole("button", { name: "Resume" }));
  expect(await screen.findByRole("button", { name: "Pause" })).toBeInTheDocument();
  expect(asked).toEqual([
    ["pause", { reason: "the night" }],
    ["resume", {}],
  ]);
});

test("a setting that cannot be is said at its field, and what was written stays", async () => {
  const details = { field: "changes.kl_target", remedy: "set kl_coefficient, e.g. 0.01" };
  const body = { error: { code: "VALIDATION_ERROR", message: "a penalty of 0 cannot be moved", details } };
  server.use(
    shown({ status: "running", config: { grpo: { learning_rate: 0.002 } } }),
    http.post("*/api/v1/runs/abcdef0123/adjustments", () => HttpResponse.json(body, { status: 422 })),
    list("runs/abcdef0123/steps"),
    ...around,
  );
  open(Component, { path, at: "/runs/abcdef0123" });
  await userEvent.click(await screen.findByRole("button", { name: "Adjust" }));
  expect(await screen.findByText(/Now 0.002/)).toBeInTheDocument();
  await userEvent.type(screen.getByLabelText("KL target"), "much");
  await userEvent.click(screen.getByRole("button", { name: "Change" }));
  expect(await screen.findByText(/Write a number/)).toBeInTheDocument();
  await userEvent.clear(screen.getByLabelText("KL target"));
  await userEvent.type(screen.getByLabelText("KL target"), "0.1");
  await userEvent.click(screen.getByRole("button", { name: "Change" }));
  expect(await screen.findByText(/cannot be moved set kl_coefficient/)).toBeInTheDocument();
  expect(screen.getByLabelText("KL target")).toHaveValue("0.1");
});

test("a fork starts at a step that the run has made, and its page opens", async () => {
  const asked: unknown[] = [];
  server.use(
    shown(),
    http.post("*/api/v1/runs/abcdef0123/forks", async ({ request }) => {
      asked.push(await request.json());
      return HttpResponse.json({ data: { ...run, id: "f0f0" } }, { status: 201 });
    }),
    list("runs/abcdef0123/steps", grpo(1), grpo(2)),
    ...around,
    http.get("*/api/v1/runs/f0f0*", () => HttpResponse.json({ data: { ...run, id: "f0f0" } })),
    http.get("*/api/v1/runs/f0f0/:list", () => HttpResponse.json({ data: [], meta: { next_cursor: null } })),
  );
  const page = open(Component, { path, at: "/runs/abcdef0123" });
  await screen.findByText(/2 steps; every one is drawn/);
  await userEvent.click(screen.getByRole("button", { name: "Fork" }));
  expect(await screen.findByLabelText("Shares the steps up to")).toHaveValue("2");
  fireEvent.change(screen.getByLabelText("Settings that differ (JSON)"), { target: { value: '{"seed": 4}' } });
  expect(screen.getByText(/studio runs fork abcdef0123 --step 2 --set seed=4/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Start the fork" }));
  await vi.waitFor(() => expect(page.where()).toBe("/runs/f0f0"));
  expect(asked).toEqual([{ step: 2, config: { seed: 4 } }]);
});
