import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import { layOut } from "@/shared/testing/layout";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";

const server = fakeApi();
const PATH = "/samples/:id?";
layOut();

const list = (data: object[], total = data.length) => HttpResponse.json({ data, meta: { total, next_cursor: null } });
const sample = (id: string, question: string, more: object = {}) => ({
  id,
  type: "sample",
  attributes: { batch_id: "b", question, answer: "six weeks", document_id: "d", quality: 0.9, ...more },
});
const PAGE = [
  http.get("*/api/v1/batches", () => list([{ id: "b", type: "batch", attributes: { status: "finished" } }])),
  http.get("*/api/v1/curations", () => list([])),
  http.get("*/api/v1/documents", () => list([])),
  http.get("*/api/v1/samples/histogram", () =>
    HttpResponse.json({ error: { code: "NOT_FINISHED", message: "no scores yet" } }, { status: 409 }),
  ),
];

test("a fresh studio says how samples come to be", async () => {
  server.use(http.get("*/api/v1/batches", () => list([])), ...PAGE);
  open(Component, { path: PATH, at: "/samples" });
  expect(await screen.findByText("No samples yet")).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "Documents" })).toHaveAttribute("href", "/documents");
});

test("a filter that nothing matches says so", async () => {
  server.use(...PAGE, http.get("*/api/v1/samples", () => list([])));
  open(Component, { path: PATH, at: "/samples?q=nowhere" });
  expect(await screen.findByText("No sample matches")).toBeInTheDocument();
});

test("a list that cannot be read says why, and can be tried again", async () => {
  let broken = true;
  server.use(
    ...PAGE,
    http.get("*/api/v1/samples", () =>
      broken
        ? HttpResponse.json({ error: { code: "INTERNAL_ERROR", message: "it broke" } }, { status: 500 })
        : list([sample("s1", "How long do customers wait?")]),
    ),
  );
  open(Component, { path: PATH, at: "/samples" });
  expect(await screen.findByText("it broke")).toBeInTheDocument();
  broken = false;
  const again = screen.getAllByRole("button", { name: "Try again" });
  await userEvent.click(again[again.length - 1] as HTMLElement);
  expect(await screen.findByText("How long do customers wait?")).toBeInTheDocument();
});

test("a sample that was deleted is told with a way back", async () => {
  server.use(
    ...PAGE,
    http.get("*/api/v1/samples", () => list([sample("s1", "How long?")])),
    http.get("*/api/v1/samples/gone", () =>
      HttpResponse.json({ error: { code: "NOT_FOUND", message: "there is no sample gone" } }, { status: 404 }),
    ),
  );
  open(Component, { path: PATH, at: "/samples/gone" });
  expect(await screen.findByText("There is no such sample")).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "Back to all samples" })).toHaveAttribute("href", "/samples");
});

test("a decision shows at once, and goes back where the studio refuses it; the reason stays", async () => {
  let answer: (() => void) | null = null;
  server.use(
    ...PAGE,
    http.get("*/api/v1/samples", () => list([sample("s1", "How long?")])),
    http.get("*/api/v1/samples/s1", () => HttpResponse.json({ data: sample("s1", "How long?") })),
    http.get("*/api/v1/documents/d/text", () =>
      HttpResponse.json({
        data: { id: "d", type: "document-text", attributes: { text: "a", start: 0, end: 1, characters: 1 } },
      }),
    ),
    http.post("*/api/v1/samples/s1/reviews", async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      return HttpResponse.json({ error: { code: "CONFLICT", message: "somebody was faster" } }, { status: 409 });
    }),
  );
  open(Component, { path: PATH, at: "/samples/s1?stay=true" });
  await userEvent.type(await screen.findByLabelText("Reason (optional)"), "too vague{Escape}");
  await userEvent.keyboard("x");
  await waitFor(() => expect(screen.getByTestId("review")).toHaveTextContent("drop"));
  answer!();
  await waitFor(() => expect(screen.getByTestId("review")).toHaveTextContent("nobody yet"));
  expect(await screen.findByText(/somebody was faster/)).toBeInTheDocument();
  expect(screen.getByLabelText("Reason (optional)")).toHaveValue("too vague");
});
