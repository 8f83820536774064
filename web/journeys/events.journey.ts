/** Events: the live tail, a flood of them, history, causes and effects. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";
import { call } from "./studio";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Make something happen: a review with a reason of its own. Returns the reason. */
async function happen(word: string): Promise<string> {
  const { data } = await call("/samples?limit=1&state=keep");
  const some = data.length ? data : (await call("/samples?limit=1")).data;
  const reason = `${word} ${Date.now()}`;
  const body = JSON.stringify({ decision: "keep", reason });
  await call(`/samples/${some[0]!.id}/reviews`, { method: "POST", body });
  return reason;
}

test("what happens appears by itself; paused it waits and is counted", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto("/events?topic=studio.curation");
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByText(/back to the first|scroll down/).waitFor();
  const first = await happen("seen");
  const rows = page.getByRole("grid", { name: "Events" }).getByRole("row");
  await rows.filter({ hasText: first }).waitFor();
  expect(await findings(page)).toEqual([]);

  await page.keyboard.press("p");
  await page.getByRole("button", { name: /Resume/ }).waitFor();
  expect(page.url()).toContain("paused=true");
  const second = await happen("waits");
  await page.getByText("1 new event waits until you resume").waitFor();
  expect(await rows.filter({ hasText: second }).count()).toBe(0);
  await page.keyboard.press("p");
  await rows.filter({ hasText: second }).waitFor();

  await page.keyboard.press("/");
  await page.keyboard.type("x");
  expect(watch.consoleErrors).toEqual([]);
  expect(watch.foreign).toEqual([]);
  await context.close();
});

test("an event by keyboard: its body, what it was caused by, and the thing that it is about", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto("/events?topic=studio.datasets&type=DatasetFrozen");
  const grid = page.getByRole("grid", { name: "Events" });
  await grid.getByRole("row").nth(1).waitFor();
  await grid.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/events\/[0-9a-f-]{36}\?/);
  await page.frameLocator("iframe").getByText("dropped").first().waitFor();
  const causes = page.getByTestId("causes");
  await causes.getByRole("link", { name: /DatasetRequested/ }).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.reload();
  await causes.getByRole("link", { name: /DatasetRequested/ }).click();
  await page.getByRole("heading", { level: 2, name: "DatasetRequested" }).waitFor();
  await causes.getByRole("button", { name: "Effects of DatasetFrozen" }).click();
  await page.getByRole("link", { name: "To the dataset" }).click();
  await page.waitForURL(/\/datasets\//);
  expect(watch.consoleErrors).toEqual([]);
  await context.close();
});

/** A feed that says `each` events ten times a second. */
async function flood(page: Page, each: number): Promise<void> {
  await page.routeWebSocket(/\/api\/v1\/feed/, (socket) => {
    let number = 0;
    const say = (frame: object) => socket.send(JSON.stringify({ position: `aaaaaaaa.${number}`, ...frame }));
    say({ kind: "hello", head: "aaaaaaaa.0", heartbeat: 30 });
    say({ kind: "live" });
    const timer = setInterval(() => {
      for (let one = 0; one < each; one += 1) {
        number += 1;
        say({
          kind: "entry",
          id: `flood-${number}`,
          type: "SampleScored",
          topic: "studio.curation.scores",
          subject: `batch/${number}`,
          time: new Date().toISOString(),
          version: 0,
          epoch: 0,
          seq: number,
          source: "studio",
          correlation_id: null,
          causation_id: null,
          traceparent: "",
          data: { sample_id: `s${number}`, scorer: "grounding", value: 0.5 },
        });
      }
    }, 100);
    socket.onClose(() => clearInterval(timer));
  });
}

test("300 events a second: the tab stays quick, few rows are drawn, and pausing holds them back", async () => {
  const { page, watch, context } = await visit(browser);
  await flood(page, 30);
  await page.goto("/events?topic=studio.curation.scores");
  await page.getByText(/"?flood|SampleScored/).first().waitFor();
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
      entryTypes: ["longtask"],
    });
  });
  await page.locator('[title="batch/1200"]').or(page.locator('[title^="batch/12"]')).first().waitFor();
  await page.keyboard.press("p");
  await page.getByText(/[\d,]+ new events wait until you resume/).waitFor();
  const grid = page.getByRole("grid", { name: "Events" });
  expect(await grid.getByRole("row").count()).toBeLessThan(90);
  const tasks = await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);
  const longest = Math.max(0, ...tasks);
  process.stdout.write(`300 events a second: ${tasks.length} long tasks, the longest ${Math.round(longest)} ms\n`);
  expect(longest).toBeLessThan(400);
  expect(watch.consoleErrors).toEqual([]);
  await context.close();
});

test("nothing found, a log that cannot be read, and a missing event are told", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto("/events?subject=no-such-thing");
  await page.getByText("Nothing happened here yet").waitFor();
  expect(await findings(page)).toEqual([]);
  await page.goto("/events/00000000-0000-4000-8000-000000000000");
  await page.getByText("There is no such event").waitFor();
  await page.route("**/api/v1/events?**", (route) =>
    route.fulfill({ status: 503, json: { error: { code: "AWAY", message: "Postgres is away.", details: {} } } }),
  );
  await page.goto("/events?topic=studio.models");
  await page.getByRole("alert").getByText("Postgres is away.").waitFor();
  expect(await findings(page)).toEqual([]);
  await page.unroute("**/api/v1/events?**");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("grid", { name: "Events" }).waitFor();
  expect(watch.consoleErrors.filter((line) => !/404|503/.test(line))).toEqual([]);
  await context.close();
});
