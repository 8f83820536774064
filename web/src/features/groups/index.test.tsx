import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";
import { fakeApi, open } from "@/shared/testing/render";
import { Component } from "./index";

const server = fakeApi();
const path = "/runs/:id/groups/:step?";
const json = (url: string, body: object, status = 200) =>
  http.get(`*/api/v1/${url}`, () => HttpResponse.json(body, { status }));
const step = (number: number) => ({
  id: `r/grpo/${number}`,
  attributes: { run_id: "r", phase: "grpo", step: number, groups_blob: "x" },
});
const row = {
  group: 0,
  question: "When?",
  answer: "at night",
  passage: "It runs at night.",
  parts: { f1: 1 },
  ended: true,
};
const right = 0.5 / (Math.SQRT1_2 + 1e-4);
const groups = (number: number, rows: object[]) =>
  json(`runs/r/groups/${number}`, {
    data: {
      id: "g",
      type: "groups",
      attributes: { run_id: "r", phase: "grpo", step: number, groups_blob: "x", total: rows.length, rows },
    },
  });

beforeEach(() => {
  server.use(
    json("runs/r", {
      data: {
        id: "r",
        type: "run",
        attributes: { dataset_id: "d", status: "completed", model_name: "answers", config: {} },
      },
    }),
    json("runs/r/steps", { data: [step(1), step(2)], meta: {} }),
  );
});

test("completions side by side, with the advantage checked; arrows go on to the next step and prompt", async () => {
  const rows = [
    { ...row, text: "at night", reward: 1, advantage: right },
    { ...row, text: "at noon", reward: 0, advantage: -right },
    { ...row, group: 1, question: "Dead?", text: "x", reward: 0.5, advantage: 0 },
    { ...row, group: 1, question: "Dead?", text: "x", reward: 0.5, advantage: 0 },
  ];
  server.use(groups(1, rows), groups(2, rows));
  const page = open(Component, { path, at: "/runs/r/groups/1" });
  expect(await screen.findByText(/✓ the 2 stored advantages follow/)).toBeInTheDocument();
  expect(screen.getByText("+0.707 better")).toBeInTheDocument();
  expect(screen.getByText("noon")).toHaveAttribute("title", "not in the reference");
  expect(screen.getByText("2 prompts, 4 completions, 1 dead group")).toBeInTheDocument();
  await userEvent.keyboard("{ArrowDown}");
  expect(await screen.findByText(/Dead group: all rewards are equal/)).toBeInTheDocument();
  await screen.findByRole("button", { name: /Next step →$/ });
  await userEvent.keyboard("{ArrowRight}");
  expect(page.where()).toBe("/runs/r/groups/2?prompt=1");
});

test("advantages that do not follow from the rewards are said", async () => {
  server.use(
    groups(1, [
      { ...row, text: "a", reward: 1, advantage: 3 },
      { ...row, text: "b", reward: 0, advantage: -right },
    ]),
  );
  open(Component, { path, at: "/runs/r/groups/1" });
  expect(await screen.findByText(/✗ stored advantages differ/)).toBeInTheDocument();
});

test("a step without groups leads to one that has them", async () => {
  server.use(json("runs/r/groups/9", { error: { code: "NOT_FOUND", message: "there is no step", details: {} } }, 404));
  open(Component, { path, at: "/runs/r/groups/9" });
  expect(await screen.findByText("This step has no groups")).toBeInTheDocument();
  expect(await screen.findByRole("link", { name: /last step with groups \(2\)/ })).toHaveAttribute(
    "href",
    "/runs/r/groups/2",
  );
});

test("without any groups it says when they come", async () => {
  server.use(json("runs/r/steps", { data: [], meta: {} }));
  open(Component, { path, at: "/runs/r/groups" });
  expect(await screen.findByText("No groups yet")).toBeInTheDocument();
});
