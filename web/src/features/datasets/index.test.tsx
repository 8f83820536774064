import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";
import { layOut } from "@/shared/testing/layout";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";

const server = fakeApi();
layOut();
const PATH = "/datasets/:id?";
const list = (data: object[] = []) => HttpResponse.json({ data, meta: { total: null, next_cursor: null } });
const refusal = (status: number, message: string, field?: string) =>
  HttpResponse.json({ error: { code: "NO", message, details: { field } } }, { status });
const FROZEN = {
  name: "answers",
  version: "1.0.0",
  curation_id: "c",
  status: "frozen",
  train_rows: 3,
  heldout_rows: 1,
  train_sections: 2,
  heldout_sections: 1,
  dropped: [{ reason: "leak", count: 2 }],
  reward: {},
};
const curation = { id: "c", type: "curation", attributes: { status: "finished", rule: "a >= 1", batches: ["b"], kept: 4 } };
const AROUND = [
  http.get("*/api/v1/curations", () => list([curation])),
  http.get("*/api/v1/curations/c", () => HttpResponse.json({ data: curation })),
  http.get("*/api/v1/batches", () => list()),
  http.get("*/api/v1/documents", () => list()),
];

test("a fresh studio says how a dataset comes to be", async () => {
  server.use(http.get("*/api/v1/datasets", () => list()));
  open(Component, { path: PATH, at: "/datasets" });
  expect(await screen.findByText("No datasets yet")).toBeInTheDocument();
});

test("a list that cannot be read says why", async () => {
  server.use(http.get("*/api/v1/datasets", () => refusal(500, "Postgres is away")));
  open(Component, { path: PATH, at: "/datasets" });
  expect(await screen.findByText("Postgres is away")).toBeInTheDocument();
});

test("two ticked versions can be compared, and the URL says which", async () => {
  const rows = ["one", "two"].map((id) => ({ id, type: "dataset", attributes: { ...FROZEN, name: id } }));
  server.use(...AROUND, http.get("*/api/v1/datasets", () => list(rows)));
  for (const row of rows) server.use(http.get(`*/api/v1/datasets/${row.id}`, () => HttpResponse.json({ data: row })));
  const { where } = open(Component, { path: PATH, at: "/datasets" });
  await userEvent.click(await screen.findByLabelText("Compare one 1.0.0"));
  await userEvent.click(screen.getByLabelText("Compare two 1.0.0"));
  await userEvent.click(screen.getByRole("button", { name: "Compare" }));
  expect(where()).toBe("/datasets?compare=one%2Ctwo");
  expect(await screen.findByText("0 of 11 lines differ.")).toBeInTheDocument();
});

test("a version that was refused says why and what to do", async () => {
  const error = { code: "TOO_FEW", reason: "no sample was kept", remedy: "loosen the rule" };
  server.use(
    ...AROUND,
    http.get("*/api/v1/datasets", () => list()),
    http.get("*/api/v1/datasets/d", () =>
      HttpResponse.json({ data: { id: "d", type: "dataset", attributes: { ...FROZEN, status: "refused", error } } }),
    ),
  );
  open(Component, { path: PATH, at: "/datasets/d" });
  expect(await screen.findByText("Refused: no sample was kept")).toBeInTheDocument();
  expect(screen.getByText(/loosen the rule/)).toBeInTheDocument();
  expect(screen.getByRole("button", { name: /Start a training run/ })).toHaveAttribute("aria-disabled");
});

test("a version that is gone is told with a way back", async () => {
  server.use(http.get("*/api/v1/datasets/d", () => refusal(404, "there is no dataset d")));
  open(Component, { path: PATH, at: "/datasets/d" });
  expect(await screen.findByText("There is no such dataset")).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "All datasets" })).toHaveAttribute("href", "/datasets");
});

test("the form keeps what was typed when the studio refuses, and says which field", async () => {
  server.use(
    ...AROUND,
    http.get("*/api/v1/curations/c/what-if", () =>
      HttpResponse.json({
        data: { id: "c", type: "what-if", attributes: { kept: 4, samples: 9, dropped: 5, reasons: [], unknown_scores: [] } },
      }),
    ),
    http.post("*/api/v1/datasets", () => refusal(422, "not a rule", "rule")),
  );
  open(Component, { path: PATH, at: "/datasets?new=dataset&curation=c" });
  expect(await screen.findByText("4 of 9 samples")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Freeze it" }));
  expect(await screen.findByText(/Give it a name/)).toBeInTheDocument();
  await userEvent.type(screen.getByLabelText("Name"), "answers");
  await userEvent.type(screen.getByLabelText("Rule"), "a >");
  await userEvent.click(screen.getByRole("button", { name: "Freeze it" }));
  expect((await screen.findAllByText(/not a rule/)).length).toBeGreaterThan(0);
  expect(screen.getByLabelText("Name")).toHaveValue("answers");
});

test("a file is imported; its columns are offered, and a refusal stands at its field", async () => {
  const sent: unknown[] = [];
  server.use(
    http.post("*/api/v1/datasets/import", ({ request }) => {
      sent.push(request.headers.get("idempotency-key"));
      return sent.length === 1
        ? refusal(422, "row 3 has no text in 'solution'", "columns.answer")
        : HttpResponse.json({ data: { id: "d", type: "dataset", attributes: { ...FROZEN, status: "requested" } } });
    }),
  );
  const page = open(Component, { path: PATH, at: "/datasets?import=file" });
  await userEvent.click(screen.getByRole("button", { name: "Import it" }));
  expect(await screen.findByText(/Give it a name/)).toBeInTheDocument();
  expect(screen.getByText("Choose a file of rows.")).toBeInTheDocument();
  const file = new File(['{"question": "1+1?", "solution": "2"}'], "sums.jsonl");
  await userEvent.upload(screen.getByLabelText("File"), file);
  expect(await screen.findByText("Columns: question, solution")).toBeInTheDocument();
  await userEvent.type(screen.getByLabelText("Name"), "sums");
  await userEvent.type(screen.getByLabelText("Column: answer"), "solution");
  await userEvent.click(screen.getByRole("button", { name: "Import it" }));
  expect(await screen.findByText(/row 3 has no text/)).toBeInTheDocument();
  server.use(...AROUND, http.get("*/api/v1/datasets*", () => list()));
  await userEvent.click(screen.getByRole("button", { name: "Import it" }));
  await vi.waitFor(() => expect(page.where()).toBe("/datasets/d"));
  expect(sent[0]).toBe(sent[1]); // the same content is the same import
});
