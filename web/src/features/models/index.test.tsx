import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";

const server = fakeApi();
const path = "/models/:name?";
const json = (url: string, body: object, status = 200) =>
  http.get(`*/api/v1/${url}`, () => HttpResponse.json(body, { status }));
const attributes = {
  name: "bot",
  revision: 4,
  latest_version: "0.1.1",
  aliases: { live: "0.1.1" },
  versions: [
    { version: "0.1.0", created_at: "2026-01-01T00:00:00Z", dataset_id: "" },
    {
      version: "0.1.1",
      created_at: "2026-01-02T00:00:00Z",
      metadata: { base: "0.1.0" },
      metrics: { gain: 0.2, gain_low: 0.1, gain_high: 0.3 },
    },
  ],
};
const moved = { alias: "live", version: "0.1.1", previous: "0.1.0", author: "me" };
const shown = () =>
  server.use(
    json("models/bot", { data: { id: "bot", type: "model", attributes } }),
    json("deployments", { data: [] }),
    json("events", {
      data: [{ id: "e", type: "event", attributes: { type: "AliasMoved", time: "2026-01-02T00:00:00Z", data: moved } }],
    }),
  );

test("without models it says how to get one", async () => {
  server.use(json("models", { data: [], meta: {} }));
  open(Component, { path, at: "/models" });
  expect(await screen.findByText("No models yet")).toBeInTheDocument();
});

test("a model that is not there is said plainly", async () => {
  server.use(
    json("models/gone", { error: { code: "NOT_FOUND", message: "there is no model 'gone'", details: {} } }, 404),
    json("deployments", { data: [] }),
  );
  open(Component, { path, at: "/models/gone" });
  expect(await screen.findByText("there is no model 'gone'")).toBeInTheDocument();
});

test("an alias goes back after a question, with the revision that was shown", async () => {
  shown();
  let sent = "";
  server.use(
    http.post("*/api/v1/models/bot/rollback", ({ request }) => {
      sent = request.headers.get("if-match") ?? "";
      return HttpResponse.json({ data: { id: "bot", type: "model", attributes: { revision: 5, events: [] } } });
    }),
  );
  open(Component, { path, at: "/models/bot" });
  await userEvent.click(await screen.findByRole("button", { name: "Roll back to 0.1.0" }));
  const dialog = await screen.findByRole("dialog");
  await userEvent.click(within(dialog).getByRole("button", { name: "Point at 0.1.0" }));
  await screen.findByText("live points at 0.1.0.");
  expect(sent).toBe('"4"');
});

test("one question goes to both versions; each answers or fails for itself", async () => {
  shown();
  server.use(
    http.post("*/api/v1/chat/completions", async ({ request }) => {
      const { model } = (await request.json()) as { model: string };
      if (model === "bot@0.1.0")
        return HttpResponse.json(
          { error: { code: "NO_WORKER", message: "no worker serves it", details: {} } },
          { status: 503 },
        );
      const chunk = JSON.stringify({ choices: [{ delta: { content: "at night" } }] });
      return new HttpResponse(`data: ${chunk}\n\ndata: [DONE]\n\n`, {
        headers: { "Content-Type": "text/event-stream" },
      });
    }),
  );
  open(Component, { path, at: "/models/bot" });
  await userEvent.type(await screen.findByLabelText("Question"), "When?");
  await userEvent.click(screen.getByRole("button", { name: "Ask both" }));
  expect(await screen.findByText("at night")).toBeInTheDocument();
  expect(await screen.findByText(/no worker serves it/)).toBeInTheDocument();
});
