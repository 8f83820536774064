import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";
import { call, type List } from "./studio";

interface Model {
  name: string;
  versions: { version: string }[];
}

let browser: Browser;
let model = "";
let versions: string[] = [];
const alias = `journey-${Date.now()}`;
beforeAll(async () => {
  browser = await launch();
  const found = await call<List<Model>>("/models");
  const attributes = found.data.find((one) => one.attributes.versions.length > 1)!.attributes;
  model = attributes.name;
  versions = attributes.versions.map((one) => one.version);
});
afterAll(() => browser.close());

test("versions with their gain; an alias moves and goes back", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto("/models");
  await page.getByRole("link", { name: model, exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: `Model ${model}` }).waitFor();
  await page
    .getByRole("img", { name: /^gain between/ })
    .first()
    .waitFor();
  expect(await findings(page)).toEqual([]);

  const move = async (version: string) => {
    await page.getByRole("textbox", { name: "Alias" }).fill(alias);
    await page.getByRole("combobox", { name: "points at" }).click();
    await page.locator(`.ant-select-dropdown:visible [title="${version}"]`).click();
    await page.getByRole("button", { name: "Move alias" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: `Point at ${version}` })
      .click();
    await page.getByText(`${alias} points at ${version}.`).first().waitFor();
  };
  await move(versions[0]!);
  await move(versions[1]!);
  const row = page.getByRole("row", { name: new RegExp(`^${alias}`) });
  await row.getByRole("button", { name: `Roll back to ${versions[0]}` }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: `Point at ${versions[0]}` })
    .click();
  await page.getByText(`${versions[1]} → ${versions[0]}`).first().waitFor();

  await page.getByRole("button", { name: `Details of ${versions[1]}` }).click();
  await page.getByRole("heading", { name: `${model}@${versions[1]}` }).waitFor();
  expect(page.url()).toContain(`version=${versions[1]}`);
  expect(watch.consoleErrors).toEqual([]);
  expect(watch.foreign).toEqual([]);
  await context.close();
});

test("a held-out question goes to two versions at once", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto(`/models/${model}?a=${versions[0]}&b=${versions[1]}`);
  await page.getByRole("heading", { name: "Questions that were held out" }).waitFor();
  await page.locator("section[aria-label='Ask two versions'] li button").first().click();
  await page.getByRole("textbox", { name: "Question" }).focus();
  await page.keyboard.press("Control+Enter");
  for (const side of ["Left version", "Right version"])
    await page
      .getByRole("region", { name: side })
      .getByText(/all \d+ ms, \d+ \+ \d+ tokens/)
      .waitFor();
  expect(await page.getByText(/the reference/).count()).toBe(2);
  expect(await findings(page)).toEqual([]);

  await page.route("**/api/v1/chat/completions", (route) =>
    route.fulfill({ status: 503, json: { error: { code: "NO_WORKER", message: "no worker serves it", details: {} } } }),
  );
  await page.getByRole("button", { name: "Ask both" }).click();
  await page.getByText("no worker serves it").first().waitFor();
  expect(await page.getByRole("textbox", { name: "Question" }).inputValue()).not.toBe("");
  expect(watch.consoleErrors.filter((line) => !line.includes("503"))).toEqual([]);
  await context.close();
});

test("a version is deployed; what is wrong is said at its field", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto(`/models/${model}?deploy=${versions[0]}`);
  const dialog = page.getByRole("dialog", { name: `Deploy ${model}@${versions[0]}` });
  await dialog.getByRole("spinbutton", { name: "Margin" }).fill("2");
  await dialog.getByRole("combobox", { name: "Deployment" }).fill("bad name");
  await dialog.getByRole("button", { name: "Deploy" }).last().click();
  await dialog.getByText("From 0 to below 1.").waitFor();
  await dialog.getByText("Use letters, digits, dots, dashes and underscores.").waitFor();
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole("spinbutton", { name: "Margin" }).fill("0.05");
  await dialog.getByRole("combobox", { name: "Deployment" }).fill(`${alias}-new`);
  await dialog.getByRole("combobox", { name: "Deployment" }).press("Enter");
  await page.getByRole("heading", { level: 1, name: `Deployment ${alias}-new` }).waitFor();
  expect(watch.consoleErrors).toEqual([]);
  await context.close();
});

test("nothing found, nothing there, nothing to be had", async () => {
  const { page, context } = await visit(browser, { dark: true });
  await page.goto("/models?q=no-such-name");
  await page.getByText("No model has such a name").waitFor();
  expect(await findings(page)).toEqual([]);
  await page.goto("/models/not-there");
  await page.getByText("There is no such model").waitFor();
  await page.getByRole("link", { name: "All models" }).waitFor();
  await page.route("**/api/v1/models?*", (route) =>
    route.fulfill({ status: 500, json: { error: { code: "X", message: "away", details: {} } } }),
  );
  await page.goto("/models");
  await page.getByRole("button", { name: "Try again" }).waitFor();
  await context.close();
});
