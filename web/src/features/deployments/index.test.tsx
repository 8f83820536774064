import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";

const server = fakeApi();
const path = "/deployments/:name?";
const json = (url: string, body: object, status = 200) =>
  http.get(`*/api/v1/${url}`, () => HttpResponse.json(body, { status }));
const trial = {
  name: "bot",
  model: "answers",
  revision: 7,
  status: "trial",
  strategy: "canary",
  stable_version: "0.1.0",
  candidate_version: "0.1.1",
  weight: 0.3,
  margin: 0.05,
  confidence: 0.95,
  minimum_calls: 60,
  arms: [
    {
      version: "0.1.1",
      role: "canary",
      asked: 0.3,
      actual: 0.4,
      recent: null,
      calls: 40,
      errors: 1,
      outcomes: 40,
      error_rate: 0.025,
    },
    {
      version: "0.1.0",
      role: "baseline",
      asked: 0.7,
      actual: 0.6,
      recent: null,
      calls: 60,
      errors: 0,
      outcomes: 60,
      error_rate: 0,
    },
  ],
};
const shown = (attributes: object) => json("deployments/bot", { data: { id: "bot", type: "deployment", attributes } });

beforeEach(() => {
  server.use(
    shown(trial),
    json("deployments/bot/changes", { data: [], meta: {} }),
    json("deployments/bot/verdicts", { data: [], meta: {} }),
    json("deployments/bot/windows", { data: [], meta: {} }),
  );
});

test("without deployments it says how to make one", async () => {
  server.use(json("deployments", { data: [], meta: {} }));
  open(Component, { path, at: "/deployments" });
  expect(await screen.findByText("No deployments yet")).toBeInTheDocument();
});

test("a list that cannot be read says why, and can be tried again", async () => {
  server.use(
    json("deployments", { error: { code: "INTERNAL_ERROR", message: "the database is away", details: {} } }, 500),
  );
  open(Component, { path, at: "/deployments" });
  expect(await screen.findByText("the database is away")).toBeInTheDocument();
  server.use(json("deployments", { data: [], meta: {} }));
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("No deployments yet")).toBeInTheDocument();
});

test("the split is shown as asked and as it came out", async () => {
  open(Component, { path, at: "/deployments/bot" });
  expect(
    await screen.findByRole("img", { name: "asked: canary 0.1.1 30.0 %, baseline 0.1.0 70.0 %" }),
  ).toBeInTheDocument();
  expect(screen.getByRole("img", { name: "actual: canary 0.1.1 40.0 %, baseline 0.1.0 60.0 %" })).toBeInTheDocument();
  expect(screen.getByText("1 (2.5 %)")).toBeInTheDocument();
  expect(await screen.findByText(/No calls yet. Ask it/)).toBeInTheDocument();
});

test("a rollback says from where to where; where somebody was faster, nothing is done and the new state is shown", async () => {
  let sent = "";
  server.use(
    http.post("*/api/v1/deployments/bot/rollback", ({ request }) => {
      sent = request.headers.get("if-match") ?? "";
      server.use(shown({ ...trial, revision: 8, status: "promoted", stable_version: "0.1.1", candidate_version: "" }));
      const error = { code: "CONFLICT", message: "it is at revision 8", details: { version: 8 } };
      return HttpResponse.json({ error }, { status: 409 });
    }),
  );
  open(Component, { path, at: "/deployments/bot" });
  await userEvent.click(await screen.findByRole("button", { name: "Roll back to 0.1.0" }));
  const dialog = await screen.findByRole("dialog", { name: "Roll back from 0.1.1 to 0.1.0?" });
  await userEvent.click(within(dialog).getByRole("button", { name: "Roll back to 0.1.0" }));
  expect(await screen.findByText("Somebody else changed it meanwhile")).toBeInTheDocument();
  expect(await screen.findByText(/stable 0.1.1, nothing on trial/)).toBeInTheDocument();
  expect(sent).toBe('"7"');
});
