import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";

const server = fakeApi();
const path = "/lineage/:kind?/*";
const list = (...data: object[]) => HttpResponse.json({ data, meta: { next_cursor: null, total: data.length } });
const nothing = ["deployments", "models", "datasets", "documents", "samples"].map((name) =>
  http.get(`*/api/v1/${name}`, () => list()),
);
const node = (type: string, id: string, label: string) => ({ type, id, label, depth: 0 });
const lineage = (nodes: object[], edges: object[]) =>
  HttpResponse.json({ data: { id: "x", attributes: { direction: "up", nodes, edges, truncated: false } } });

test("an empty studio says what to do", async () => {
  server.use(...nothing);
  open(Component, { path, at: "/lineage" });
  expect(await screen.findByRole("heading", { name: "Nothing here yet" })).toBeInTheDocument();
});

test("a thing that is not there says so, with the way back", async () => {
  server.use(
    http.get("*/api/v1/lineage/*", () =>
      HttpResponse.json({ error: { code: "NOT_FOUND", message: "there is no dataset x" } }, { status: 404 }),
    ),
  );
  open(Component, { path, at: "/lineage/dataset/x" });
  expect(await screen.findByRole("alert")).toHaveTextContent("there is no dataset x");
  expect(screen.getByRole("link", { name: "Begin somewhere else" })).toHaveAttribute("href", "/lineage");
});

test("an unknown kind says which there are", () => {
  open(Component, { path, at: "/lineage/cat/x" });
  expect(screen.getByText(/kinds are document, file, batch/)).toBeInTheDocument();
});

test("arrows move along the lines, the URL keeps the place, Enter opens", async () => {
  const nodes = [node("run", "r1", "qa completed"), node("dataset", "s1", "qa 1.0.0")];
  const edges = [{ from: { type: "dataset", id: "s1" }, to: { type: "run", id: "r1" }, detail: {} }];
  server.use(http.get("*/api/v1/lineage/run/r1", () => lineage(nodes, edges)));
  const page = open(Component, { path, at: "/lineage/run/r1" });
  const run = await screen.findByRole("button", { name: /^Run r1 qa completed/ });
  run.focus();
  await userEvent.keyboard("{ArrowLeft}");
  await waitFor(() => expect(screen.getByRole("button", { name: /^Dataset qa 1.0.0/ })).toHaveFocus());
  expect(page.where()).toBe("/lineage/run/r1?node=dataset%2Fs1");
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(page.where()).toBe("/datasets/s1"));
});
