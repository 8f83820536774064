/** Review: a queue worked through by keys, an edit, undo, and one decision about many. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";
import { call, type List, type One, type Resource } from "./studio";

let browser: Browser;
let curation: Resource;
beforeAll(async () => {
  browser = await launch();
  curation = (await call("/curations?status=finished")).data[0] as Resource;
});
afterAll(() => browser.close());

interface Reviewed {
  sample_id: string;
  decision: string;
  undone: boolean | null;
}
const reviews = async (): Promise<Reviewed[]> =>
  (await call<List<Reviewed>>(`/reviews?curation_id=${curation.id}&limit=20`)).data.map((one) => one.attributes);

test("samples are kept, dropped and taken back by keys, beside their source", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto(`/review?curation=${curation.id}&order=random`);
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Review");
  const sample = page.getByRole("region", { name: "Sample" });
  await sample.waitFor();
  await page.getByRole("region", { name: "Source passage" }).waitFor();
  expect(await findings(page)).toEqual([]);
  const question = async () => (await sample.locator("p").first().textContent()) ?? "";
  const first = await question();
  await page.keyboard.press("k");
  await page.getByText("1 decided now").waitFor();
  await expect.poll(question).not.toBe(first);
  const second = await question();
  await page.keyboard.press("d");
  await page.getByText("2 decided now").waitFor();
  await expect.poll(async () => (await reviews())[0]?.decision, { timeout: 20_000 }).toBe("drop");
  await page.keyboard.press("u");
  await page.getByText("1 decided now").waitFor();
  await expect.poll(question).toBe(second);
  await expect
    .poll(async () => (await reviews()).filter((one) => one.decision !== "undo" && !one.undone).length, { timeout: 20_000 })
    .toBe(1);
  expect(watch.consoleErrors).toEqual([]);
  expect(watch.foreign).toEqual([]);
  await context.close();
});

test("an edit that the source does not say is refused beside the field", async () => {
  const { page, watch, context } = await visit(browser, { dark: true });
  await page.goto(`/review?curation=${curation.id}&order=random`);
  await page.getByRole("region", { name: "Source passage" }).waitFor();
  await page.keyboard.press("e");
  await page.getByLabel("Answer").fill("Zebras juggle quartz at 98765 metres.");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("alert").getByText(/the source does not say so/).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByLabel("Answer").waitFor({ state: "detached" });
  expect(watch.consoleErrors.filter((one) => !one.includes("422"))).toEqual([]);
  await context.close();
});

test("many are flagged at once after their number is told, and taken back in one act", async () => {
  const { page, context } = await visit(browser);
  await page.goto(`/review?curation=${curation.id}&order=random&bulk=true`);
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/samples are meant/).waitFor();
  await dialog.getByLabel("Decision").click();
  await page.getByTitle("Flag").click();
  await dialog.getByLabel("With the words").fill("the");
  await dialog.getByRole("button", { name: /^Flag \d/ }).waitFor();
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole("button", { name: /^Flag \d/ }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText(/samples decided. Undo takes all of it back/).waitFor();
  await page.keyboard.press("u");
  await page.getByText("Your last decision is taken back.").waitFor();
  const sample = (await call<One<{ total: number }>>(`/curations/${curation.id}/agreement`)).data;
  expect(sample.id).toBe(curation.id);
  await context.close();
});
