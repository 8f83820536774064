/** Samples: a long list, filters, and what a threshold would keep. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";
import { call, type One, type Resource } from "./studio";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const TOTAL = 100_000;
const made = (index: number): Resource & { type: string } => ({
  id: `00000000-0000-5000-8000-${String(index).padStart(12, "0")}`,
  type: "sample",
  attributes: {
    batch_id: "b",
    kind: "cloze",
    question: `Question ${index + 1} of many?`,
    answer: `answer ${index + 1}`,
    quality: 0.5,
    scores: { grounding: { value: (index % 100) / 100, version: "1" } },
    kept: index % 7 !== 0,
  },
});

/** A studio with a hundred thousand samples; returns the offsets that were asked for. */
async function withMany(page: Page): Promise<number[]> {
  const asked: number[] = [];
  await page.route("**/api/v1/samples?**", async (route) => {
    const query = new URL(route.request().url()).searchParams;
    const first = Number(query.get("offset"));
    asked.push(first);
    const count = Math.max(0, Math.min(Number(query.get("limit")), TOTAL - first));
    const data = Array.from({ length: count }, (_, index) => made(first + index));
    await route.fulfill({ json: { data, meta: { total: TOTAL, next_cursor: null } } });
  });
  return asked;
}

test("a hundred thousand rows scroll: few are drawn, and only those in view are fetched", async () => {
  const { page, watch, context } = await visit(browser);
  const asked = await withMany(page);
  await page.goto("/samples");
  const grid = page.getByRole("grid", { name: "Samples" });
  await page.getByText("Question 1 of many?").waitFor();
  expect(await grid.getAttribute("aria-rowcount")).toBe(String(TOTAL + 1));
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
      entryTypes: ["longtask"],
    });
  });
  for (let step = 0; step < 40; step += 1) {
    await grid.evaluate((box, by) => {
      box.scrollTop += by;
      return new Promise(requestAnimationFrame);
    }, 400);
  }
  await page.getByText("Question 401 of many?").waitFor();
  await grid.evaluate((box) => (box.scrollTop = box.scrollHeight));
  await page.getByText(`Question ${TOTAL} of many?`).waitFor();
  expect(await grid.getByRole("row").count()).toBeLessThan(80);
  expect(asked.length).toBeLessThan(12);
  const tasks = await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);
  const longest = Math.max(0, ...tasks);
  process.stdout.write(`scrolling 100,000 rows: ${tasks.length} long tasks, the longest ${Math.round(longest)} ms\n`);
  expect(longest).toBeLessThan(400);

  await grid.evaluate((box) => (box.scrollTop = box.scrollHeight / 2));
  await page.getByText("Question 50001 of many?").waitFor();
  await grid.focus();
  await page.keyboard.press("Home");
  await page.getByText("Question 1 of many?").waitFor();
  await page.keyboard.press("End");
  await page.getByText(`Question ${TOTAL} of many?`).waitFor();
  expect(watch.consoleErrors).toEqual([]);
  await context.close();
});

test("a threshold says at once what it would keep, and the exact number follows", async () => {
  const { page, watch, context } = await visit(browser);
  const curations = await call("/curations?status=finished");
  const curation = curations.data[0] as Resource;
  await page.goto(`/samples?curation=${curation.id}&scorer=grounding`);
  const slider = page.getByRole("slider", { name: "Threshold of grounding" });
  await slider.waitFor();
  const kept = page.getByTestId("would-keep");
  await page.getByText("Nothing is decided otherwise than now.").or(page.getByText("decided otherwise than now")).waitFor();
  expect(await findings(page)).toEqual([]);
  await slider.focus();
  await page.keyboard.press("End");
  await page.waitForURL(/thresholds=grounding/);
  await page.getByText("grounding >= 1").first().waitFor();
  const found = await call<One<{ kept: number }>>(
    `/curations/${curation.id}/what-if?rule=${encodeURIComponent(await rule(page))}`,
  );
  await page.getByText("Exact, with reviews and withdrawn documents.").waitFor();
  expect(await kept.textContent()).toContain(`${found.data.attributes.kept.toLocaleString("en-GB")} kept`);
  expect(await page.getByRole("button", { name: "Use as rule" }).getAttribute("aria-disabled")).toBeNull();
  await page.reload();
  await page.getByText("Exact, with reviews and withdrawn documents.").waitFor();
  expect(await kept.textContent()).toContain(`${found.data.attributes.kept.toLocaleString("en-GB")} kept`);
  await page.getByRole("button", { name: "Back to the rule in use" }).click();
  await page.waitForURL((url) => !url.search.includes("thresholds"));
  expect(watch.consoleErrors).toEqual([]);
  await context.close();
});

const rule = async (page: Page): Promise<string> =>
  (await page.getByRole("region", { name: "Scores" }).locator("code").last().textContent()) ?? "";

test("filters stand in the URL; nothing found, a broken list and a missing sample are told", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto("/samples");
  await page.getByRole("grid", { name: "Samples" }).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press("/");
  await page.keyboard.type("no such words anywhere");
  await page.getByText("No sample matches").waitFor();
  expect(page.url()).toContain("q=no+such+words+anywhere");
  expect(await findings(page)).toEqual([]);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("grid", { name: "Samples" }).waitFor();

  await page.route("**/api/v1/samples?**", (route) =>
    route.fulfill({ status: 503, json: { error: { code: "AWAY", message: "Postgres is away.", details: {} } } }),
  );
  await page.goto("/samples?state=kept");
  await page.getByRole("alert").getByText("Postgres is away.").waitFor();
  expect(await findings(page)).toEqual([]);
  await page.unroute("**/api/v1/samples?**");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("grid", { name: "Samples" }).waitFor();

  await page.goto("/samples/00000000-0000-4000-8000-000000000000");
  await page.getByText("There is no such sample").waitFor();
  expect(watch.consoleErrors.filter((line) => !/404|503/.test(line))).toEqual([]);
  await context.close();
});
