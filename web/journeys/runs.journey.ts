import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";
import { call, type List, type One, type Resource } from "./studio";

type Run = Resource<{ status: string; dataset_id: string; model_name: string }>;

let browser: Browser;
let run: Run;
beforeAll(async () => {
  browser = await launch();
  run = (await call<List<Run["attributes"]>>("/runs?status=completed")).data[0]!;
});
afterAll(() => browser.close());

test("a run: curves with every step, smoothing by keyboard, a click opens the groups of a step", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto("/runs");
  await page.getByRole("link", { name: run.attributes.model_name, exact: true }).first().waitFor();
  expect(await findings(page)).toEqual([]);
  await page.goto(`/runs/${run.id}`);
  await page.getByText(/\d+ steps, .*; every one is drawn/).waitFor();
  const reward = page.getByRole("img", { name: /^Reward, and held-out evaluations/ });
  await reward.waitFor();
  await page.getByRole("row", { name: /before training/ }).waitFor();
  await page.getByRole("row", { name: /after training/ }).waitFor();
  expect(await findings(page)).toEqual([]);

  await page.getByRole("slider", { name: "Smoothing" }).focus();
  await page.keyboard.press("End");
  await page.waitForURL(/smooth=0.99/);
  await page.getByText("By time").click();
  await page.waitForURL(/x=time/);
  await page.reload();
  await page.getByText("0.99", { exact: true }).waitFor();
  await reward.hover();
  await page.getByText("By step").click();
  await reward.click({ position: { x: 300, y: 100 } });
  await page.getByRole("heading", { level: 1, name: /^Groups of step \d+/ }).waitFor();
  expect(watch.consoleErrors).toEqual([]);
  expect(watch.foreign).toEqual([]);
  await context.close();
});

test("a new run: what is wrong stays and is said at its field; its steps come by themselves; it is cancelled", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto(`/runs?new=${run.attributes.dataset_id}`);
  await page.getByRole("button", { name: "Start the run" }).click();
  await page.getByText("Give the result a name.").waitFor();
  await page.getByRole("textbox", { name: "Model name" }).fill("journey");
  const editor = page.frameLocator("iframe[title='Settings of the run']");
  await editor.locator(".monaco-editor").first().click();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.keyboard.type('{"grpo": {"stepz": 3}}');
  await page.getByText(/--set grpo.stepz=3/).waitFor();
  await page.getByRole("button", { name: "Start the run" }).click();
  await page.getByText(/there is no such setting.*did you mean steps/).waitFor();
  expect(await findings(page)).toEqual([]);
  expect(await page.getByRole("textbox", { name: "Model name" }).inputValue()).toBe("journey");
  await editor.locator(".monaco-editor").first().click();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.keyboard.type('{"grpo": {"steps": 400}}');
  await page.getByText(/--set grpo.steps=400/).waitFor();
  await page.getByRole("button", { name: "Start the run" }).click();
  await page.getByRole("heading", { level: 1, name: "Run of journey" }).waitFor();

  await page.getByText(/^[2-9] steps|^\d\d+ steps/).waitFor({ timeout: 40_000 });
  await page.getByRole("button", { name: "Cancel run" }).click();
  const dialog = page.getByRole("dialog", { name: /^Cancel journey/ });
  await dialog.getByLabel("Why").fill("only a journey");
  await dialog.getByRole("button", { name: "Cancel run" }).click();
  await page.getByText("cancelled", { exact: true }).first().waitFor();
  expect(watch.consoleErrors.filter((line) => !line.includes("422"))).toEqual([]);
  await context.close();
});

test("a run that trains is changed, paused and resumed", { timeout: 240_000 }, async () => {
  const config = { grpo: { steps: 400, prompts: 4, completions: 4, max_tokens: 12 }, warm_start: { steps: 20 } };
  const body = { dataset_id: run.attributes.dataset_id, model_name: "journey", config };
  const { id } = (await call<One<object>>("/runs", { method: "POST", body: JSON.stringify(body) })).data;
  const { page, watch, context } = await visit(browser);
  await page.goto(`/runs/${id}`);
  await page.getByRole("row", { name: /^loss .*nats per token/ }).waitFor({ timeout: 60_000 });

  await page.getByRole("button", { name: "Adjust" }).click();
  const settings = page.getByRole("dialog", { name: /^Change settings of journey/ });
  await settings.getByLabel("Learning rate").fill("-1");
  await settings.getByText("studio runs adjust").waitFor();
  await settings.getByRole("button", { name: "Change", exact: true }).click();
  await settings.getByRole("alert").waitFor();
  expect(await findings(page)).toEqual([]);
  await settings.getByLabel("Learning rate").fill("0.0002");
  await settings.getByLabel("Why").fill("only a journey");
  await settings.getByRole("button", { name: "Change", exact: true }).click();
  await page.getByRole("row", { name: /^Learning rate 0.0002 \d+ only a journey/ }).waitFor({ timeout: 60_000 });

  await page.getByRole("button", { name: "Pause" }).click();
  const question = page.getByRole("dialog", { name: /^Pause journey/ });
  await question.getByLabel("Why").fill("the night");
  await question.getByRole("button", { name: "Pause" }).click();
  await page.getByText(/^Paused by .*: the night/).waitFor();
  await question.waitFor({ state: "hidden" });
  expect(await findings(page)).toEqual([]);
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await page.getByText("running", { exact: true }).first().waitFor({ timeout: 60_000 });
  await call(`/runs/${id}?reason=only%20a%20journey`, { method: "DELETE" });
  expect(watch.consoleErrors.filter((line) => !line.includes("422"))).toEqual([]);
  await context.close();
});

test("a fork of a run says what it came from, and is found among the forks; trainers say what they have", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto("/runs");
  await page
    .getByRole("row", { name: /(free|running) .*cpu.* free/ })
    .first()
    .waitFor({ timeout: 30_000 });
  await page.goto(`/runs/${run.id}`);
  await page.getByText(/every one is drawn/).waitFor();
  await page.getByRole("button", { name: "Fork" }).click();
  const form = page.getByRole("dialog", { name: /^Fork / });
  const step = await form.getByLabel("Shares the steps up to").inputValue();
  await form.getByLabel("Model name").fill("journey");
  await form.getByLabel("Settings that differ (JSON)").fill('{"grpo": {"steps": 1}}');
  await form.getByRole("button", { name: "Start the fork" }).click();
  await form.getByText(/config.grpo.steps: .*nothing to do/).waitFor();
  expect(await findings(page)).toEqual([]);
  await form.getByLabel("Settings that differ (JSON)").fill('{"grpo": {"steps": 400}}');
  await form.getByRole("button", { name: "Start the fork" }).click();
  await page.getByText(new RegExp(`forked from .* after step ${step}`)).waitFor();
  const fork = page.url().split("/").at(-1)!;
  expect(await findings(page)).toEqual([]);
  await page.goto(`/runs?parent=${run.id}`);
  await page.getByRole("row", { name: new RegExp(`^Compare .* ${fork.slice(0, 8)}`) }).waitFor();
  await call(`/runs/${fork}?reason=only%20a%20journey`, { method: "DELETE" });
  expect(watch.consoleErrors.filter((line) => !line.includes("422"))).toEqual([]);
  await context.close();
});

test("two runs over each other, with what differs between them", async () => {
  const body = { dataset_id: run.attributes.dataset_id, model_name: "journey", config: { seed: 7 } };
  const made = await call<One>("/runs", { method: "POST", body: JSON.stringify(body) });
  await call(`/runs/${made.data.id}?reason=only%20a%20journey`, { method: "DELETE" });
  const { page, watch, context } = await visit(browser);
  await page.goto("/runs");
  await page.getByRole("checkbox", { name: new RegExp(made.data.id.slice(0, 8)) }).click();
  await page.getByRole("checkbox", { name: new RegExp(run.id.slice(0, 8)) }).click();
  await page.getByRole("button", { name: "Compare 2" }).click();
  await page.getByRole("heading", { level: 1, name: "Compare 2 runs" }).waitFor();
  await page.getByRole("row", { name: /^seed .*7.*differs/ }).waitFor();
  await page.getByRole("img", { name: /^Reward, and held-out evaluations\. .*: \d+ values/ }).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.getByRole("button", { name: new RegExp(`Take .* ${made.data.id.slice(0, 8)} out`) }).click();
  await page.getByRole("heading", { level: 1, name: "Compare 1 run" }).waitFor();
  await page.goBack();
  expect(watch.consoleErrors).toEqual([]);
  await context.close();
});

test("nothing found, nothing there, nothing to be had", async () => {
  const { page, context } = await visit(browser, { dark: true });
  await page.goto("/runs?q=no-such-run");
  await page.getByText("No run matches").waitFor();
  expect(await findings(page)).toEqual([]);
  await page.getByRole("button", { name: "Show all runs" }).click();
  await page.getByRole("link", { name: run.attributes.model_name, exact: true }).first().waitFor();
  await page.goto("/runs/not-there");
  await page.getByText("There is no such run").waitFor();
  await page.getByRole("link", { name: "All runs" }).waitFor();
  const steps = `**/api/v1/runs/${run.id}/steps*`;
  await page.route(steps, (route) =>
    route.fulfill({
      status: 500,
      json: { error: { code: "INTERNAL_ERROR", message: "the steps are away", details: {} } },
    }),
  );
  await page.goto(`/runs/${run.id}`);
  await page.getByText("the steps are away").waitFor();
  await page.unroute(steps);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText(/every one is drawn/).waitFor();
  await context.close();
});
