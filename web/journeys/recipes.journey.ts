/** Recipes: written by form, tried, saved as versions, and used; a fault in the text is told with its line. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";
import { call } from "./studio";

let browser: Browser;
let document: string;
beforeAll(async () => {
  browser = await launch();
  document = (await call("/documents?status=extracted&q=policy&limit=1")).data[0]?.id ?? "";
  expect(document, "the demo's policy is there").not.toBe("");
});
afterAll(() => browser.close());

const name = `journey-${Date.now().toString(36)}`;

test("a recipe is written, tried, saved and generates, by form and keyboard", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto(`/recipes?document=${document}`);
  await page.getByRole("heading", { level: 1, name: "Recipes" }).waitFor();
  await page.getByLabel("Name", { exact: true }).fill(name);
  for (const kind of ["cloze", "true false"]) {
    await page.getByLabel("Add a kind").click();
    await page.getByTitle(kind, { exact: true }).click();
  }
  await page.getByLabel("Samples of cloze").fill("3");
  await page.getByLabel("Samples of true false").fill("2");
  const text = page.frameLocator("iframe[title='Recipe in YAML']");
  await text.getByText("cloze: 3").waitFor();
  await page.getByRole("button", { name: "Estimate" }).click();
  await page.getByText(/no model is asked, nothing is paid/).waitFor();
  await page.getByRole("button", { name: "Five samples of it" }).click();
  await page
    .getByRole("region", { name: "Preview" })
    .getByText(/True or false:/)
    .first()
    .waitFor();
  expect(await findings(page)).toEqual([]);

  await page.getByLabel("Name", { exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: `${name} 1` }).waitFor();
  await page.getByLabel("Samples of cloze").fill("4");
  await page.getByRole("button", { name: "Save as a version" }).click();
  await page.getByRole("heading", { level: 1, name: `${name} 2` }).waitFor();
  await page.getByRole("link", { name: "version 1" }).click();
  await page.getByRole("heading", { level: 1, name: `${name} 1` }).waitFor();
  await expect.poll(() => page.getByLabel("Samples of cloze").inputValue()).toBe("3");
  await page.getByRole("button", { name: "Generate", exact: true }).click();
  await page.waitForURL(/\/samples\?batch=/);
  await page
    .getByRole("grid", { name: "Samples" })
    .getByText(/True or false:/)
    .first()
    .waitFor();
  expect(watch.consoleErrors).toEqual([]);
  expect(watch.foreign).toEqual([]);
  await context.close();
});

test("a recipe that is not there, and one that the studio refuses", async () => {
  const { page, watch, context } = await visit(browser, { dark: true });
  await page.goto("/recipes/nobody-wrote-this");
  await page.getByText("There is no recipe nobody-wrote-this.").waitFor();
  await page.goto(`/recipes/${name}?document=${document}`);
  const text = page.frameLocator("iframe[title='Recipe in YAML']");
  await text.getByText("method: extractive").waitFor();
  await text.getByText("method: extractive").click();
  await page.keyboard.press("End");
  await page.keyboard.type("x");
  await page.getByText(/The text was changed by hand/).waitFor();
  await page.getByRole("button", { name: "Save as a version" }).click();
  await page
    .getByRole("alert")
    .getByText(/line 2: method/)
    .waitFor();
  expect(await findings(page)).toEqual([]);
  expect(watch.consoleErrors.filter((line) => !line.includes("422") && !line.includes("404"))).toEqual([]);
  await context.close();
});
