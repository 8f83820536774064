import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";
import { call } from "./studio";

let browser: Browser;
let run = "";
beforeAll(async () => {
  browser = await launch();
  run = (await call("/runs?status=completed")).data[0]!.id;
});
afterAll(() => browser.close());

test("completions side by side; arrows go through steps and prompts; advantages follow from rewards", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto(`/runs/${run}/groups/2`);
  await page.getByRole("heading", { level: 1, name: "Groups of step 2" }).waitFor();
  await page.getByText(/✓ the \d+ stored advantages follow from the rewards/).waitFor();
  expect(await page.getByRole("heading", { level: 3, name: /^Completion \d+/ }).count()).toBeGreaterThan(1);
  expect(await findings(page)).toEqual([]);

  await page.getByRole("button", { name: "← Step before", exact: true }).waitFor(); // the other steps are known
  await page.keyboard.press("ArrowDown");
  await page.getByRole("heading", { level: 2, name: "Prompt 2" }).waitFor();
  expect(page.url()).toContain("prompt=1");
  await page.keyboard.press("ArrowRight");
  await page.getByRole("heading", { level: 1, name: "Groups of step 3" }).waitFor();
  await page.getByRole("heading", { level: 2, name: "Prompt 2" }).waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("heading", { level: 1, name: "Groups of step 2" }).waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("heading", { level: 1, name: "Groups of step 1" }).waitFor();
  await page.getByText("Best first").click();
  await page.waitForURL(/sort=best/);
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "Groups of step 2" }).waitFor();
  expect(watch.consoleErrors).toEqual([]);
  expect(watch.foreign).toEqual([]);
  await context.close();
});

test("a step without groups leads to one that has them; a failure can be tried again", async () => {
  const { page, context } = await visit(browser, { dark: true });
  await page.goto(`/runs/${run}/groups/999999`);
  await page.getByText("This step has no groups").waitFor();
  expect(await findings(page)).toEqual([]);
  await page.getByRole("link", { name: /last step with groups/ }).click();
  await page.getByText(/stored advantages follow/).waitFor();
  expect(await findings(page)).toEqual([]);
  const groups = `**/api/v1/runs/${run}/groups/1*`;
  await page.route(groups, (route) =>
    route.fulfill({ status: 503, json: { error: { code: "AWAY", message: "the blobs are away", details: {} } } }),
  );
  await page.goto(`/runs/${run}/groups/1`);
  await page.getByText("the blobs are away").waitFor();
  await page.unroute(groups);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText(/stored advantages follow/).waitFor();
  await context.close();
});
