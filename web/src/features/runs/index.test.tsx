import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";
import { list } from "@/shared/testing/answers";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";
import { attributes, run } from "./testing";

vi.mock("@/shared/charts/Chart", () => ({
  Chart: ({ label }: { label: string }) => <div role="img" aria-label={label} />,
}));

const server = fakeApi();
beforeEach(() => server.use(list("trainers")));
const path = "/runs/:id?";

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

test("trainers say what they have and hold; one that fell silent says so", async () => {
  const trainer = {
    devices: [{ name: "x86 x 2", kind: "cpu", memory: 8 * 2 ** 30, free: 2 ** 30 }],
    run_id: run.id,
    model_name: "answers",
    status: "running",
    announced_at: "2026-01-01T00:00:00Z",
  };
  const silent = { ...trainer, run_id: "", model_name: null, status: "silent" };
  server.use(
    list("runs", { ...run, attributes: { ...attributes, status: "running", eta_seconds: 720 } }),
    list("datasets"),
    list("trainers", { id: "t0", attributes: trainer }, { id: "t1", attributes: silent }),
  );
  open(Component, { path, at: "/runs" });
  expect(
    await screen.findByRole("row", { name: /t0 running answers abcdef01 cpu x86 x 2, 1.0 GiB of 8.0 GiB free/ }),
  ).toBeVisible();
  expect(screen.getByRole("row", { name: /t1 silent – cpu/ })).toBeVisible();
  expect(await screen.findByText(/12 min left/)).toBeVisible();
});

test("a label in the URL filters, and can be taken off", async () => {
  const asked: string[] = [];
  server.use(
    http.get("*/api/v1/runs", ({ request }) => {
      asked.push(new URL(request.url).searchParams.getAll("label").join());
      return HttpResponse.json({ data: [run], meta: { next_cursor: null } });
    }),
    list("datasets"),
  );
  const page = open(Component, { path, at: "/runs?label=search%3Ds1" });
  await userEvent.click(await screen.findByLabelText("Close"));
  await vi.waitFor(() => expect(asked).toEqual(["search=s1", ""]));
  expect(page.where()).toBe("/runs");
});

test("a search stands by its trials, and says which is best", async () => {
  const trial = (number: number, reward: number) => ({
    ...run,
    id: `r${number}`,
    attributes: {
      ...attributes,
      labels: { search: "rates", trial: String(number) },
      config: { grpo: { learning_rate: number / 100 } },
      metrics: { reward_after: reward, pass_at_1: 1 - reward },
    },
  });
  server.use(list("runs", trial(1, 0.8), trial(0, 0.5)));
  const page = open(Component, { path, at: "/runs?searches=all" });
  await userEvent.click(await screen.findByRole("link", { name: "rates" }));
  expect(await screen.findByText("0.8 (trial 1)")).toBeInTheDocument();
  expect(screen.getByRole("row", { name: /trial 0 r0 completed 0.5 0/ })).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "lowest is best" }));
  expect(await screen.findByText("0.5 (trial 0)")).toBeInTheDocument();
  expect(page.where()).toBe("/runs?search=rates&best=lowest");
});
