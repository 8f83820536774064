import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";
import { call, type One } from "./studio";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const STAGES = ["Documents", "Samples", "Curation", "Datasets", "Runs", "Models", "Deployments", "Calls"];
const numberIn = (text: string | null): number => Number((text ?? "").replace(/[^\d]/g, ""));

/** Upload a small text through the API. */
async function upload(name: string): Promise<string> {
  const form = new FormData();
  form.append("file", new File([`# ${name}\n\nA pipeline has eight stages, and each of them is counted.\n`], `${name}.md`));
  return (await call<One>("/documents/upload", { method: "POST", body: form })).data.id;
}

test("the stages count what is there, move without a reload, and lead to their pages", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto("/pipeline");
  const stages = page.getByRole("list", { name: "Stages" });
  await stages.waitFor();
  for (const name of STAGES) await stages.getByRole("link", { name, exact: true }).waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  expect(await findings(page)).toEqual([]);

  const count = async () => numberIn(await page.getByTestId("count-documents").textContent());
  const before = await count();
  expect(before).toBeGreaterThan(0);
  const name = `pipeline ${Date.now()}`;
  const id = await upload(name);
  await expect.poll(count, { timeout: 15_000 }).toBe(before + 1);
  const job = page.getByRole("listitem").filter({ hasText: `${name}.md` });
  await job.getByText("extracted").waitFor();
  expect(await job.getByRole("link").getAttribute("href")).toBe(`/documents/${id}`);

  await page.getByRole("button", { name: /views/ }).click();
  await page.getByRole("rowheader", { name: /^projection\./ }).first().waitFor();
  expect(page.url()).toContain("consumers=all");
  await page.reload();
  await page.getByRole("rowheader", { name: /^projection\./ }).first().waitFor();

  await stages.getByRole("link", { name: "Documents" }).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Samples" }).waitFor();
  expect(watch).toEqual({ consoleErrors: [], foreign: [] });
  await context.close();
});

test("a fresh studio says what to do; one that does not answer says so and comes back", async () => {
  const { page, context } = await visit(browser);
  const attributes = { stages: [], consumers: [], counts: {}, dead_letters: {}, outbox: 0, alerts: [] };
  let broken = true;
  await page.route("**/api/v1/pipeline", (route) =>
    broken
      ? route.fulfill({ status: 500, json: { error: { code: "INTERNAL_ERROR", message: "Postgres is away" } } })
      : route.fulfill({ json: { data: { id: "pipeline", type: "pipeline", attributes } } }),
  );
  await page.goto("/pipeline");
  await page.getByRole("alert").getByText("Postgres is away").waitFor();
  expect(await findings(page)).toEqual([]);
  broken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("link", { name: "Upload documents" }).waitFor();
  await page.getByText("studio demo").waitFor();
  expect(await findings(page)).toEqual([]);
  await context.close();
});

test("on a phone nothing is wider than the screen", async () => {
  const { page, context } = await visit(browser, { width: 390, height: 844, dark: true });
  await page.goto("/pipeline");
  await page.getByRole("list", { name: "Stages" }).waitFor();
  const over = await page.evaluate(() => {
    const main = document.querySelector("main");
    return (main?.scrollWidth ?? 0) - (main?.clientWidth ?? 0);
  });
  expect(over).toBe(0);
  expect(await findings(page)).toEqual([]);
  await context.close();
});
