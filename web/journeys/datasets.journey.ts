/** Datasets: versions, their rows, exports, two side by side, and the form that freezes one. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";
import { call, type Resource } from "./studio";

let browser: Browser;
let dataset: Resource;
beforeAll(async () => {
  browser = await launch();
  const { data } = await call("/datasets?status=frozen");
  dataset = data.at(-1) as Resource;
});
afterAll(() => browser.close());
const name = () => `${String(dataset.attributes.name)} ${String(dataset.attributes.version)}`;

test("a version with its rows, and the file to take along", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto("/datasets");
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Datasets");
  await page.getByRole("link", { name: name(), exact: true }).first().waitFor();
  expect(await findings(page)).toEqual([]);
  await page.goto(`/datasets/${dataset.id}`);
  await page.getByRole("heading", { level: 1, name: name() }).waitFor();
  await page.getByText(String(dataset.attributes.merkle_root), { exact: true }).waitFor();

  const grid = page.getByRole("grid", { name: "Rows" });
  await grid.getByRole("row").nth(1).waitFor();
  expect(await grid.getAttribute("aria-rowcount")).toBe(String(Number(dataset.attributes.train_rows) + 1));
  await page.getByText(/all rows are here|scroll to read on/).waitFor();
  await grid.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const open = page.getByRole("region", { name: "Open row" });
  await open.waitFor();
  expect(page.url()).toContain("row=1");
  expect(await findings(page)).toEqual([]);
  await page.reload();
  await open.waitFor();

  await page.getByLabel("Format").click();
  await page.getByTitle("JSONL", { exact: true }).click();
  await page.getByText("held-out", { exact: true }).last().click();
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download JSONL" }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toContain("heldout.jsonl");
  await page.getByText("handed to your downloads").waitFor();
  const stream = await file.createReadStream();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  const lines = Buffer.concat(parts).toString().trim().split("\n");
  expect(lines.length).toBe(Number(dataset.attributes.heldout_rows));
  expect(watch.consoleErrors).toEqual([]);
  expect(watch.foreign).toEqual([]);
  await context.close();
});

test("a new version is frozen from the form, appears without a reload, and is compared with the one before", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto(`/datasets?new=dataset&curation=${String(dataset.attributes.curation_id)}&name=journey`);
  await page.getByTestId("rows-of-rule").waitFor();
  await page.frameLocator("iframe").locator(".view-lines").waitFor();
  expect(await findings(page)).toEqual([]);
  await page.getByLabel("Seed of the split").fill(String(Date.now() % 100_000));
  await page.getByRole("button", { name: "Freeze it" }).click();
  await page.waitForURL(/\/datasets\/[0-9a-f-]{32,36}$/);
  await page.getByRole("heading", { level: 1, name: /journey \d/ }).waitFor();
  await page.getByRole("grid", { name: "Rows" }).waitFor();
  const id = page.url().split("/").at(-1);
  await page.goto(`/datasets?compare=${dataset.id},${id}`);
  await page.getByText(/of \d+ lines differ/).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.goto(`/datasets/${id}`);
  await page.getByRole("button", { name: "Start a training run" }).click();
  await page.waitForURL(`**/runs?new=${id}`);
  expect(watch.consoleErrors).toEqual([]);
  await context.close();
});

test("nothing found, a missing version and a broken list are told", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto("/datasets");
  await page.getByRole("link", { name: name(), exact: true }).first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("nothing-like-this");
  await page.waitForURL(/q=nothing-like-this/);
  await page.getByText("No dataset matches").waitFor();
  expect(await findings(page)).toEqual([]);
  await page.goto("/datasets/00000000000000000000000000000000");
  await page.getByText("There is no such dataset").waitFor();
  expect(await findings(page)).toEqual([]);
  await page.route("**/api/v1/datasets?**", (route) =>
    route.fulfill({ status: 503, json: { error: { code: "AWAY", message: "Postgres is away.", details: {} } } }),
  );
  await page.getByRole("link", { name: "All datasets" }).click();
  await page.getByRole("alert").getByText("Postgres is away.").waitFor();
  expect(watch.consoleErrors.filter((line) => !/404|503/.test(line))).toEqual([]);
  await context.close();
});
