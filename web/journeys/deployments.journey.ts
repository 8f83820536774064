import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { findings, launch, visit } from "./browser";
import { call, type List } from "./studio";

interface Model {
  name: string;
  versions: { version: string }[];
}
interface Said {
  id: string;
}

let browser: Browser;
const name = `journey-${Date.now()}`;
const post = <T>(path: string, body: object) => call<T>(path, { method: "POST", body: JSON.stringify(body) });

/** A deployment of that name with a second version on trial. */
async function trial(named: string, weight: number): Promise<void> {
  const models = await call<List<Model>>("/models");
  const model = models.data.find((one) => one.attributes.versions.length > 1)!.attributes;
  const [first, second] = model.versions.map((one) => one.version);
  await post("/deployments", { name: named, model: model.name, version: first });
  await post("/deployments", { name: named, model: model.name, version: second, weight, minimum_calls: 500 });
}

beforeAll(async () => {
  browser = await launch();
  await trial(name, 0.4);
  for (let turn = 0; turn < 6; turn += 1) {
    const messages = [{ role: "user", content: "The boat may dive 200 metres.\n\nquestion: How deep may it dive?" }];
    const ask = () => post<Said>("/chat/completions", { model: name, messages, max_tokens: 8 });
    const answer = await vi.waitFor(ask, { timeout: 20_000, interval: 200 }); // the router hears of it
    await post("/chat/outcomes", { call_id: answer.id, score: turn % 2 });
  }
});
afterAll(() => browser.close());

test("a trial is watched, its share set, paused, resumed and rolled back", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto("/deployments");
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name: `Deployment ${name}` }).waitFor();
  await page.getByText("The trial so far").waitFor();
  await page.getByText(/A promotion needs \d+ more judged calls of the canary/).waitFor();
  await page.getByRole("img", { name: /^asked: canary .* 40.0 %/ }).waitFor();
  await page.getByRole("img", { name: /^Mean score over time/ }).waitFor();
  expect(await findings(page)).toEqual([]);

  const share = page.getByRole("spinbutton", { name: "Share of the canary" });
  await share.fill("25");
  await share.press("Enter");
  await page.getByText("The canary gets 25 %.").waitFor();
  await page.getByRole("img", { name: /^asked: canary .* 25.0 %/ }).waitFor();

  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await page.getByRole("dialog").getByLabel("Why").fill("a look at the answers");
  await page.keyboard.press("Enter");
  await page.getByText("paused", { exact: true }).waitFor();
  await page.getByText(/Paused: the canary gets no calls/).waitFor();
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await page.getByText("trial", { exact: true }).waitFor();

  await page.getByRole("button", { name: /^Roll back to/ }).click();
  const dialog = page.getByRole("dialog", { name: /^Roll back from .* to .*\?$/ });
  await dialog.waitFor();
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole("button", { name: /^Roll back to/ }).click();
  await page.getByText("rolled back", { exact: true }).waitFor();
  await page.getByText(/a look at the answers/).waitFor();
  expect(watch.consoleErrors).toEqual([]);
  expect(watch.foreign).toEqual([]);
  await context.close();
});

test("where somebody else was faster, nothing is done and the new state is shown", async () => {
  const other = `${name}-b`;
  await trial(other, 0.2);
  const { page, context } = await visit(browser);
  await page.goto(`/deployments/${other}`);
  await page.route(`**/api/v1/deployments/${other}/promote`, async (route) => {
    await call(`/deployments/${other}`, { method: "PATCH", body: '{"weight":0.6}' });
    await route.continue();
  });
  await page.getByRole("button", { name: /^Promote/ }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Promote/ })
    .click();
  await page.getByText("Somebody else changed it meanwhile").waitFor();
  await page.getByRole("img", { name: /^asked: canary .* 60.0 %/ }).waitFor();
  await post(`/deployments/${other}/rollback`, { reason: "the journey is over" });
  await page.getByText("rolled back", { exact: true }).first().waitFor(); // by the feed, without a reload
  await context.close();
});

test("nothing found, nothing there, nothing to be had", async () => {
  const { page, context } = await visit(browser, { dark: true });
  await page.goto("/deployments?q=no-such-name");
  await page.getByText("No deployment matches").waitFor();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press("/");
  await page.keyboard.press("Control+A");
  await page.keyboard.type(name);
  await page.getByRole("link", { name, exact: true }).waitFor();
  expect(page.url()).toContain(`q=${name}`);
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("img", { name: /^Mean score over time/ }).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.goto("/deployments/not-there");
  await page.getByText("There is no such deployment").waitFor();
  await page.getByRole("link", { name: "All deployments" }).waitFor();
  await page.route("**/api/v1/deployments?*", (route) =>
    route.fulfill({
      status: 500,
      json: { error: { code: "INTERNAL_ERROR", message: "the database is away", details: {} } },
    }),
  );
  await page.goto("/deployments");
  await page.getByText("the database is away").waitFor();
  await page.unroute("**/api/v1/deployments?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("link", { name, exact: true }).waitFor();
  await context.close();
});
