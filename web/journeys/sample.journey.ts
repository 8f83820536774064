/** One sample: reviewed by keyboard beside the passage that it came from. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";
import { call, type One, type Resource } from "./studio";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test("the source passage is marked at its exact place, in characters that need two units too", async () => {
  const { page, watch, context } = await visit(browser);
  const some = await call("/samples?limit=100");
  const one = some.data.find(({ attributes: it }) => Number(it.answer_end) > Number(it.answer_start)) as Resource;
  const { answer_start: start, answer_end: end, document_id: id } = one.attributes as Record<string, number>;
  const { data } = await call<One<{ text: string }>>(`/documents/${id}/text?start=${start}&end=${end}`);
  await page.goto(`/samples/${one.id}`);
  const mark = page.locator('[data-mark="answer"]');
  await mark.waitFor();
  expect(await mark.textContent()).toBe(data.attributes.text);
  const bytes = page.locator('[data-mark="bytes"]');
  await bytes.or(page.getByTestId("boxes")).first().waitFor();
  expect(await findings(page)).toEqual([]);

  await page.route(`**/api/v1/samples/${one.id}`, (route) =>
    route.fulfill({
      json: {
        data: {
          ...one,
          type: "sample",
          attributes: { ...one.attributes, passage_start: 3, passage_end: 34, answer_start: 18, answer_end: 25 },
        },
      },
    }),
  );
  const text = "🦭🦭 Seals sleep on the ice 🧊 at night.";
  await page.route("**/api/v1/documents/*/text?**", (route) =>
    route.fulfill({
      json: {
        data: { id, type: "document-text", attributes: { text, start: 0, end: 36, characters: 36 } },
      },
    }),
  );
  await page.reload();
  await page.getByText("the ice", { exact: true }).waitFor();
  expect(await mark.textContent()).toBe("the ice");
  expect(watch.consoleErrors).toEqual([]);
  expect(watch.foreign).toEqual([]);
  await context.close();
});

test("review by keyboard: at once on the screen, taken back where it is refused, still there after a reload", async () => {
  const { page, watch, context } = await visit(browser);
  const listed = await call(`/samples?limit=3&offset=0&state=kept&batch_id=${await newestBatch()}`);
  await page.goto(`/samples?batch=${await newestBatch()}&state=kept`);
  await page.getByRole("grid", { name: "Samples" }).getByRole("row").nth(1).waitFor();
  for (const [key, place] of [["j", 0], ["j", 1], ["k", 0]] as const) {
    await page.keyboard.press(key);
    await page.getByText(new RegExp(`^${place + 1} of \\S+$`)).waitFor();
    expect(page.url()).toContain(`/samples/${listed.data[place]?.id}`);
  }
  const review = page.getByTestId("review");
  await review.waitFor();

  const path = `**/api/v1/samples/${listed.data[0]?.id}/reviews`;
  await page.route(path, (route) =>
    route.fulfill({ status: 409, json: { error: { code: "CONFLICT", message: "Somebody was faster.", details: {} } } }),
  );
  await page.getByLabel("go on to the next sample after a decision").uncheck();
  const before = await review.textContent();
  await page.keyboard.press("x");
  await page.getByText("Somebody was faster.").waitFor();
  expect(await review.textContent()).toBe(before);
  await page.unroute(path);

  await page.keyboard.press("r");
  await page.keyboard.type("reads well");
  await page.keyboard.press("Escape");
  await page.keyboard.press("a");
  await review.getByText("reads well").waitFor();
  await page.reload();
  await review.getByText("reads well").waitFor();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.waitForURL((url) => url.pathname === "/samples");
  expect(watch.consoleErrors.filter((line) => !line.includes("409"))).toEqual([]);
  await context.close();
});

async function newestBatch(): Promise<string> {
  const batches = await call("/batches?status=finished&limit=50");
  const curations = await call("/curations?status=finished&limit=50");
  const curated = new Set(curations.data.flatMap((one) => one.attributes.batches as string[]));
  return batches.data.find((one) => curated.has(one.id))?.id ?? "";
}
