import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";

vi.mock("@/shared/charts/Chart", () => ({
  Chart: ({ label }: { label: string }) => <div role="img" aria-label={label} />,
}));

const server = fakeApi();
const path = "/runs/:id?";
const list = (url: string, ...data: object[]) =>
  http.get(`*/api/v1/${url}`, () => HttpResponse.json({ data, meta: { next_cursor: null } }));
const attributes = {
  dataset_id: "d1",
  base_model: "small",
  model_name: "answers",
  status: "completed",
  phase: "grpo",
  step: 100,
  steps_total: 100,
  config: {},
  metrics: { gain: 0.17, gain_low: 0.13, gain_high: 0.22, reward_before: 0.63, reward_after: 0.8 },
};
const run = { id: "abcdef0123", type: "run", attributes };

test("without runs it says how to get one", async () => {
  server.use(list("runs"), list("datasets"));
  open(Component, { path, at: "/runs" });
  expect(await screen.findByText("No runs yet")).toBeInTheDocument();
  expect(screen.getByText("studio train")).toBeInTheDocument();
  const button = await screen.findByRole("button", { name: /New run.*Freeze a dataset first/ });
  expect(button).toHaveAttribute("aria-disabled", "true");
});

test("two runs are chosen and compared; the choice is in the URL", async () => {
  server.use(list("runs", run, { ...run, id: "ffff" }), list("datasets"));
  const page = open(Component, { path, at: "/runs" });
  expect(await screen.findAllByText("+0.170")).toHaveLength(2);
  for (const box of screen.getAllByRole("checkbox")) await userEvent.click(box);
  expect(decodeURIComponent(page.where())).toBe("/runs?chosen=abcdef0123,ffff");
  expect(screen.getByRole("button", { name: "Compare 2" })).not.toHaveAttribute("aria-disabled");
});

test("a run that is not there is said plainly, with a way back", async () => {
  const body = { error: { code: "NOT_FOUND", message: "there is no run 'gone'", details: {} } };
  server.use(http.get("*/api/v1/runs/gone", () => HttpResponse.json(body, { status: 404 })));
  open(Component, { path, at: "/runs/gone" });
  expect(await screen.findByText("there is no run 'gone'")).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "All runs" })).toHaveAttribute("href", "/runs");
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
    list("runs/abcdef0123/evaluations"),
    list("runs/abcdef0123/checkpoints"),
    http.get("*/api/v1/datasets/d1", () =>
      HttpResponse.json({
        data: { id: "d1", type: "dataset", attributes: { name: "ships", version: "1.0.0", status: "frozen" } },
      }),
    ),
  );
  open(Component, { path, at: "/runs/abcdef0123" });
  expect(await screen.findByText(/2 steps; every one is drawn/)).toBeInTheDocument();
  expect(screen.getByRole("img", { name: /Reward: 2 values, from 0.5 at 1 to 0.7 at 2/ })).toBeInTheDocument();
  expect(screen.getByText("no such setting")).toBeInTheDocument();
  expect(await screen.findByRole("link", { name: "ships 1.0.0" })).toHaveAttribute("href", "/datasets/d1");
});
