import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";
import { list, one } from "@/shared/testing/answers";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";

const server = fakeApi();
const path = "/review/:id?";
const curation = { id: "c", type: "curation", attributes: { status: "finished", rule: "a >= 1", kept: 1, samples: 2 } };
const sample = (id: string) => ({ batch_id: "b", question: `Who is ${id}?`, answer: `It is ${id}.`, kind: "cloze" });
const queued = (id: string) => ({ id, type: "sample", attributes: { ...sample(id), value: 0.01, reviews: 1 } });
const agreement = {
  reviewers: { ann: 4, bob: 4 },
  pairs: [{ first: "ann", second: "bob", samples: 4, agreed: 3, kappa: 0.5, table: [] }],
  differing: ["s9"],
};
const around = [
  list("curations", curation),
  list("curations/c/review-queue", queued("s1"), queued("s2")),
  one("curations/c/agreement", "agreement", agreement),
  one("samples/s1", "sample", sample("s1")),
  one("samples/s2", "sample", sample("s2")),
];
const answer = { data: { id: "x", type: "review", attributes: { revision: 1, events: [] } } };

test("without a curation it says how to get one", async () => {
  server.use(list("curations"));
  open(Component, { path, at: "/review" });
  expect(await screen.findByText("Nothing to review yet")).toBeInTheDocument();
});

test("keys decide, go on and take back; agreement is told", async () => {
  const asked: unknown[] = [];
  server.use(
    ...around,
    http.post("*/api/v1/reviews", async ({ request }) => {
      asked.push(await request.json());
      return HttpResponse.json(answer, { status: 201 });
    }),
    http.post("*/api/v1/reviews/undo", async ({ request }) => {
      asked.push(await request.json());
      return HttpResponse.json({ data: { id: "u", type: "selection", attributes: { samples: 1, changed: 1 } } });
    }),
  );
  const page = open(Component, { path, at: "/review?order=random" });
  expect(await screen.findByText("Who is s1?")).toBeInTheDocument();
  expect(await screen.findByRole("row", { name: /ann and bob 4 75.0 % 0.5 moderate/ })).toBeInTheDocument();
  await userEvent.keyboard("d");
  expect(await screen.findByText("Who is s2?")).toBeInTheDocument();
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  await userEvent.keyboard("u");
  expect(await screen.findByText("Who is s1?")).toBeInTheDocument();
  expect(page.where()).toBe("/review/s1?order=random");
  expect(asked).toEqual([
    { sample_id: "s1", decision: "drop", curation_id: "c", queue: "random" },
    { curation_id: "c", steps: 1 },
  ]);
});

test("a decision that the studio refuses is taken back and said", async () => {
  const body = { error: { code: "CONFLICT", message: "somebody was faster", details: {} } };
  server.use(...around, http.post("*/api/v1/reviews", () => HttpResponse.json(body, { status: 409 })));
  open(Component, { path, at: "/review" });
  await screen.findByText("Who is s1?");
  await userEvent.keyboard("k");
  expect(await screen.findByText(/Not kept: somebody was faster/)).toBeInTheDocument();
  expect(await screen.findByText("Who is s1?")).toBeInTheDocument();
});

test("an edit that the source does not say is refused, unless it is insisted on", async () => {
  const sent: { ungrounded: boolean }[] = [];
  const body = { error: { code: "VALIDATION_ERROR", message: "the source does not say so", details: { field: "answer" } } };
  server.use(
    ...around,
    http.post("*/api/v1/reviews", async ({ request }) => {
      sent.push((await request.json()) as { ungrounded: boolean });
      return sent.length === 1 ? HttpResponse.json(body, { status: 422 }) : HttpResponse.json(answer, { status: 201 });
    }),
  );
  open(Component, { path, at: "/review" });
  await screen.findByText("Who is s1?");
  await userEvent.keyboard("e");
  await userEvent.type(await screen.findByLabelText("Answer"), " k");
  await userEvent.click(screen.getByRole("button", { name: /^Save/ }));
  await vi.waitFor(() => expect(screen.getAllByRole("alert").at(-1)).toHaveTextContent("the source does not say so"));
  await userEvent.click(screen.getByRole("button", { name: "Save although the source does not say so" }));
  expect(await screen.findByText("Who is s2?")).toBeInTheDocument();
  expect(sent.map((review) => review.ungrounded)).toEqual([false, true]);
});
