import { fireEvent, screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { session } from "@/shared/api/session";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";

const server = fakeApi();
const path = "/documents/:id?";
const list = (...data: object[]) => HttpResponse.json({ data, meta: { next_cursor: null } });
const pipeline = http.get("*/api/v1/pipeline", () =>
  HttpResponse.json({ data: { attributes: { counts: { documents: { extracted: 1 } } } } }),
);
const formats = http.get("*/api/v1/documents/formats", () => list());
const noBatches = http.get("*/api/v1/batches", () => list());
const refusal = (status: number, code: string, message: string) =>
  HttpResponse.json({ error: { code, message, details: { remedy: "go back" } } }, { status });

test("without documents it says how to get some", async () => {
  server.use(pipeline, formats, noBatches, http.get("*/api/v1/documents", () => list()));
  open(Component, { path, at: "/documents" });
  expect(await screen.findByRole("heading", { name: "No documents yet" })).toBeInTheDocument();
  expect(screen.getByText("Drop files or a folder here")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: /Generate samples.*Select documents/ })).toHaveAttribute("aria-disabled");
});

test("a filter that nothing meets is in the URL and can be left", async () => {
  const statuses: (string | null)[] = [];
  server.use(
    pipeline,
    formats,
    noBatches,
    http.get("*/api/v1/documents", ({ request }) => {
      statuses.push(new URL(request.url).searchParams.get("status"));
      return list();
    }),
  );
  const page = open(Component, { path, at: "/documents?status=failed&q=book" });
  expect(await screen.findByRole("heading", { name: "No document is like this" })).toBeInTheDocument();
  expect(statuses).toEqual(["failed"]);
  fireEvent.click(screen.getByText("Show all"));
  await waitFor(() => expect(page.where()).toBe("/documents"));
});

test("a list that cannot be read says why", async () => {
  server.use(pipeline, formats, noBatches, http.get("*/api/v1/documents", () => refusal(500, "INTERNAL_ERROR", "Postgres is away")));
  open(Component, { path, at: "/documents" });
  expect(await screen.findByRole("alert")).toHaveTextContent("Postgres is away");
});

test("a document that is gone says so, with the way back", async () => {
  server.use(http.get("*/api/v1/documents/x1", () => refusal(404, "NOT_FOUND", "there is no document x1")));
  open(Component, { path, at: "/documents/x1" });
  expect(await screen.findByRole("alert")).toHaveTextContent("there is no document x1");
  expect(screen.getByRole("link", { name: "All documents" })).toHaveAttribute("href", "/documents");
});

test("a wish that the studio refuses keeps what was typed and names the field", async () => {
  server.use(
    pipeline,
    formats,
    noBatches,
    http.get("*/api/v1/documents", () => list()),
    http.post("*/api/v1/batches", () =>
      HttpResponse.json(
        { error: { code: "VALIDATION_ERROR", message: "too many", details: { field: "count", remedy: "ask for less" } } },
        { status: 422 },
      ),
    ),
  );
  open(Component, { path, at: "/documents?selected=d1&generate=true" });
  const count = await screen.findByLabelText("Samples");
  fireEvent.change(count, { target: { value: "900" } });
  fireEvent.click(screen.getByText("Generate"));
  await waitFor(() => expect(count).toHaveAttribute("aria-invalid", "true"));
  expect(count).toHaveValue("900");
  expect(screen.getAllByText(/too many/).length).toBeGreaterThan(0);
});

test("who may only look is told why they cannot upload", async () => {
  session.set({
    ...{ accessToken: "a", refreshToken: "r", expires: Date.now() + 60_000, email: "v@x", tenant: "t" },
    ...{ role: "viewer", permissions: ["studio:read"] },
  });
  server.use(pipeline, formats, noBatches, http.get("*/api/v1/documents", () => list()));
  open(Component, { path, at: "/documents" });
  const button = await screen.findByText("Upload files");
  expect(button.closest("button")).toHaveAttribute("aria-disabled");
  expect(button.closest("button")).toHaveTextContent("Your role (viewer) lacks documents:write");
  expect(screen.queryByText("Upload a folder")).toBeNull();
  session.set(null);
});
