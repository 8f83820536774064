import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, visit } from "./browser";
import { call, type One } from "./studio";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

interface Delivery {
  status: string;
  delivered: number;
}

const body = (value: unknown) => ({ method: "POST", body: JSON.stringify(value) });
const numberIn = (text: string | null): number => Number((text ?? "").replace(/[^\d]/g, ""));

test("counts and curves move without a reload while work is done", { timeout: 120_000 }, async () => {
  const { page, context, watch } = await visit(browser);
  await page.goto("/pipeline");
  await page.getByText("Live", { exact: true }).waitFor();
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  const stage = page.getByRole("list", { name: "Stages" }).getByRole("listitem").filter({ hasText: "Samples" });
  const count = async () => numberIn((await stage.innerText()).split("\n")[1] ?? "");
  await stage.waitFor();
  await expect.poll(count).toBeGreaterThan(0);
  const before = await count();

  const documents = await call("/documents?status=extracted&limit=10");
  const wish = { documents: documents.data.map((one) => one.id), count: 25 };
  const batch = await call<One>("/batches", body(wish));
  const ended = async () => (await call<One<Delivery>>(`/batches/${batch.data.id}`)).data.attributes;
  await expect.poll(async () => (await ended()).status, { timeout: 30_000 }).toBe("finished");
  const { delivered } = await ended();
  expect(delivered).toBeGreaterThan(0);
  await expect.poll(count, { timeout: 15_000 }).toBe(before + delivered);

  const datasets = await call("/datasets?status=frozen&limit=1");
  const config = {
    checkpoint_every: 5,
    warm_start: { steps: 20, copy_steps: 5, passages: 4, minimum_reward: 0 },
    grpo: { steps: 10, prompts: 4, completions: 4, max_tokens: 8 },
    evaluation: { items: 24, resamples: 100 },
  };
  const run = await call<One>("/runs", body({ dataset_id: datasets.data[0]?.id, model_name: "live", config }));
  await page.getByRole("navigation").getByRole("link", { name: "Runs" }).click();
  await page.getByRole("main").locator(`a[href^="/runs/${run.data.id}"]`).first().click();
  const curve = page.getByRole("img", { name: /^Reward\b/ }).first();
  const values = async () => Number(/(\d+) values/.exec((await curve.getAttribute("aria-label")) ?? "")?.[1] ?? 0);
  await expect.poll(values, { timeout: 60_000 }).toBeGreaterThan(2);
  const some = await values();
  await expect.poll(values, { timeout: 60_000 }).toBeGreaterThan(some);
  await page.getByText("completed").first().waitFor({ timeout: 60_000 });
  expect(await page.evaluate(() => (window as unknown as { sameDocument?: boolean }).sameDocument)).toBe(true);
  expect(watch.consoleErrors).toEqual([]);
  await context.close();
});
