import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";
import { pages } from "./pages";

const FIRST = 260 * 1024; // bytes of compressed JavaScript on the first route
const ANY = 560 * 1024; // on any route, without the code editor's frame
const PAINT = 1000; // milliseconds until the largest content is painted
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Compressed bytes of the scripts that the page itself loaded. */
function scripts(page: Page): Promise<number> {
  return page.evaluate(() =>
    (performance.getEntriesByType("resource") as PerformanceResourceTiming[])
      .filter((one) => one.name.endsWith(".js"))
      .reduce((sum, one) => sum + one.encodedBodySize, 0),
  );
}

function largestPaint(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let last = 0;
        new PerformanceObserver((list) => {
          last = list.getEntries().at(-1)?.startTime ?? last;
        }).observe({ type: "largest-contentful-paint", buffered: true });
        setTimeout(() => resolve(last), 300);
      }),
  );
}

test.each(["/login", "/pipeline"])("first route %s: JavaScript and the largest paint", async (path) => {
  const paints: number[] = [];
  for (let turn = 0; turn < 5 && (turn < 3 || Math.min(...paints) > PAINT); turn += 1) {
    const { page, context } = await visit(browser, { signedIn: path !== "/login" });
    await page.goto(path, { waitUntil: "networkidle" });
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await scripts(page)).toBeLessThanOrEqual(FIRST);
    paints.push(await largestPaint(page));
    await context.close();
  }
  expect(Math.min(...paints)).toBeGreaterThan(0);
  expect(Math.min(...paints)).toBeLessThanOrEqual(PAINT);
});

describe.each([false, true])("dark: %s", (dark) => {
  test("every page: JavaScript, other hosts, console, accessibility", { timeout: 180_000 }, async () => {
    for (const { name, path, heading } of await pages()) {
      const { page, watch, context } = await visit(browser, { dark });
      await page.goto(path, { waitUntil: "load" });
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await page.getByText("Live", { exact: true }).waitFor();
      await page.getByRole("status").filter({ hasText: "Loading" }).first().waitFor({ state: "hidden" });
      expect(await scripts(page), `${name}: JavaScript`).toBeLessThanOrEqual(ANY);
      expect(await findings(page), `${name}: accessibility`).toEqual([]);
      expect(watch.foreign, `${name}: other hosts`).toEqual([]);
      expect(watch.consoleErrors, `${name}: console`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name}: width`).toBe(true);
      await context.close();
    }
  });
});
