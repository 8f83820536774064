import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";
import { list, one } from "@/shared/testing/answers";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";

const server = fakeApi();
const path = "/recipes/:name?";
const document = {
  id: "d1",
  type: "document",
  attributes: { name: "policy.md", status: "extracted" },
};
const source = "name: support\nkinds:\n  cloze: 4\n";
const resolved = {
  name: "support",
  method: "extractive",
  parts: [{ kind: "cloze", count: 4, personas: [], languages: [] }],
};
const saved = { name: "support", recipe_version: 2, source, recipe: resolved };
const recipe = { id: "support@2", type: "recipe", attributes: saved };

test("without a recipe it says how to get one, and a form with nothing in it is not sent", async () => {
  server.use(list("recipes"), list("documents"));
  open(Component, { path, at: "/recipes" });
  expect(await screen.findByText("No recipe yet")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Save as a version" }));
  expect(await screen.findByText("Choose at least one kind.")).toBeInTheDocument();
  expect(screen.getByText(/Small letters, digits/)).toBeInTheDocument();
});

test("a saved recipe is in the form; a refusal of the studio stands at its field; a new version is opened", async () => {
  const sent: { source: string }[] = [];
  const refusal = {
    code: "VALIDATION_ERROR",
    message: "line 4: kinds.cloze: at most 3",
    details: { field: "source.kinds.cloze" },
  };
  server.use(
    list("recipes", recipe),
    list("documents", document),
    one("recipes/support/versions/2", "recipe", saved),
    one("recipes/support/versions/3", "recipe", {
      ...saved,
      recipe_version: 3,
    }),
    http.post("*/api/v1/recipes", async ({ request }) => {
      sent.push((await request.json()) as { source: string });
      if (sent.length === 1) return HttpResponse.json({ error: refusal }, { status: 422 });
      return HttpResponse.json({ data: { ...recipe, attributes: { ...saved, recipe_version: 3 } } }, { status: 201 });
    }),
  );
  const page = open(Component, { path, at: "/recipes/support" });
  const count = await screen.findByLabelText("Samples of cloze");
  expect(count).toHaveValue("4");
  await userEvent.clear(count);
  await userEvent.type(count, "7");
  await userEvent.click(screen.getByRole("button", { name: "Save as a version" }));
  expect((await screen.findAllByText(/kinds.cloze: at most 3/)).length).toBe(2);
  expect(sent[0]?.source).toBe("name: support\nmethod: extractive\nkinds:\n  cloze: 7\n");
  await userEvent.click(screen.getByRole("button", { name: "Save as a version" }));
  await vi.waitFor(() => expect(page.where()).toBe("/recipes/support?version=3"));
});

test("samples are looked at before a batch is begun", async () => {
  const sample = {
    kind: "cloze",
    question: "Fill in: the ___",
    answer: "hull",
    quote: "the hull",
    quality: 0.9,
  };
  const made = {
    samples: [sample],
    shortfall: [{ reason: "no_further_candidate_in_text", count: 4 }],
    tokens_in: 0,
    tokens_out: 0,
  };
  const estimate = {
    count: 4,
    chunks: 3,
    requests: 0,
    tokens_in: 0,
    tokens_out: 0,
    most_tokens: 0,
  };
  const orders: unknown[] = [];
  server.use(
    list("recipes", recipe),
    list("documents", document),
    one("recipes/support/versions/2", "recipe", saved),
    http.post("*/api/v1/recipes/preview", () =>
      HttpResponse.json({
        data: { id: "p", type: "preview", attributes: made },
      }),
    ),
    http.post("*/api/v1/batches/estimate", () =>
      HttpResponse.json({
        data: { id: "e", type: "estimate", attributes: estimate },
      }),
    ),
    http.post("*/api/v1/batches", async ({ request }) => {
      orders.push(await request.json());
      return HttpResponse.json({ data: { id: "b1", type: "batch", attributes: { revision: 1 } } }, { status: 201 });
    }),
  );
  open(Component, { path, at: "/recipes/support" });
  await userEvent.click(await screen.findByRole("button", { name: "Five samples of it" }));
  expect(await screen.findByText("Fill in: the ___")).toBeInTheDocument();
  expect(screen.getByText(/4 not made: no further candidate in text/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Estimate" }));
  expect(await screen.findByText(/nothing is paid/)).toBeInTheDocument();
  await userEvent.type(screen.getByLabelText(/Most tokens/), "500");
  await userEvent.click(screen.getByRole("button", { name: "Generate" }));
  await vi.waitFor(() =>
    expect(orders).toEqual([
      {
        documents: ["d1"],
        recipe_name: "support",
        recipe_version: 2,
        budget_tokens: 500,
        budget_money: 0,
      },
    ]),
  );
});
