import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Nothing may be broken on purpose in a studio that is in use: the answers about letters are made here. */
interface Letter {
  id: string;
  state: string;
  code: string;
  consumer: string;
  author?: string;
  reason?: string;
}

const NOW = new Date().toISOString();
const shown = ({ id, ...letter }: Letter) => ({
  id,
  type: "dead-letter",
  attributes: {
    ...letter,
    topic: "studio.curation",
    partition: 1,
    offset: 7,
    key: `demo/${id}`,
    message: "no schema has the fingerprint 206e6f2073756368",
    headers: { ce_tenant: "demo", ce_type: "CurationRequested" },
    body_bytes: 22,
    created_at: NOW,
    updated_at: NOW,
  },
});

async function withLetters(page: Page): Promise<Letter[]> {
  const letters: Letter[] = [
    { id: "l1", state: "parked", code: "UNKNOWN_SCHEMA", consumer: "curation" },
    { id: "l2", state: "parked", code: "UNKNOWN_SCHEMA", consumer: "curation" },
    { id: "l3", state: "parked", code: "REFUSED", consumer: "generation" },
  ];
  await page.route(/\/api\/v1\/dead-letters/, (route) => {
    const request = route.request();
    const url = new URL(request.url());
    const [, id = "", verb] = /dead-letters\/?([^/]*)\/?(.*)$/.exec(url.pathname) ?? [];
    if (id === "causes") {
      const state = url.searchParams.get("state");
      const told = letters.filter((one) => !state || one.state === state);
      const causes = [...new Set(told.map((one) => `${one.consumer}/${one.code}`))].map((name) => {
        const own = letters.filter((one) => `${one.consumer}/${one.code}` === name);
        const [consumer, code] = name.split("/");
        const parked = own.filter((one) => one.state === "parked").length;
        const topics = ["studio.curation"];
        const about = { consumer, code, topics, message: "no schema", count: own.length, parked };
        const attributes = { ...about, first_at: NOW, last_at: NOW };
        return { id: name, type: "cause", attributes };
      });
      return route.fulfill({ json: { data: causes, meta: { total: causes.length } } });
    }
    const letter = letters.find((one) => one.id === id);
    if (request.method() === "POST" && letter) {
      letter.state = verb === "skip" ? "skipped" : "released";
      letter.author = "admin";
      letter.reason = (request.postDataJSON() as { reason: string }).reason;
      return route.fulfill({ json: { data: { id, type: "dead-letter", attributes: { ...letter, state: verb } } } });
    }
    if (id && !letter)
      return route.fulfill({ status: 404, json: { error: { code: "NOT_FOUND", message: "no such letter" } } });
    if (letter) {
      const more =
        letter.code === "REFUSED"
          ? { record: "BatchRequested", data: { count: 5 }, undecodable: null, hexdump: "" }
          : { record: null, data: null, undecodable: "UNKNOWN_SCHEMA: no schema", hexdump: "00000000  c3 01 20 6e  .. n" };
      const resource = shown(letter);
      return route.fulfill({ json: { data: { ...resource, attributes: { ...resource.attributes, ...more } } } });
    }
    const wanted = (name: "state" | "code" | "consumer", one: Letter) =>
      (url.searchParams.get(name) ?? one[name]) === one[name];
    const found = letters.filter((one) => wanted("state", one) && wanted("code", one) && wanted("consumer", one));
    return route.fulfill({ json: { data: found.map(shown), meta: { next_cursor: null } } });
  });
  return letters;
}

test("letters by cause: looked at, released and skipped with a reason", async () => {
  const { page, watch, context } = await visit(browser);
  const letters = await withLetters(page);
  await page.goto("/dead-letters");
  const list = page.getByRole("grid", { name: "Dead letters" });
  await list.getByRole("row").nth(3).waitFor();
  expect(await findings(page)).toEqual([]);

  await page.getByRole("button", { name: "UNKNOWN_SCHEMA in curation" }).click();
  await expect.poll(() => list.getByRole("row").count()).toBe(3);
  expect(page.url()).toContain("consumer=curation&code=UNKNOWN_SCHEMA");
  await list.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByText("c3 01 20 6e").waitFor();
  expect(page.url()).toContain("/dead-letters/l1?");
  expect(await findings(page)).toEqual([]);

  await page.getByRole("button", { name: "Release", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Release this letter?" });
  await dialog.getByRole("button", { name: "Release" }).click();
  await dialog.getByText("Write why this is right.").waitFor();
  await dialog.getByLabel("Reason").fill("the reader is upgraded");
  await dialog.getByRole("button", { name: "Release" }).click();
  await page.getByText("the reader is upgraded").waitFor();
  expect(letters[0]).toMatchObject({ state: "released", reason: "the reader is upgraded" });
  await page.getByRole("button", { name: /^Release.*It is released already/ }).waitFor();

  await page.getByRole("link", { name: "Close" }).click();
  await page.getByRole("button", { name: "Any cause" }).click();
  await page.getByRole("button", { name: "Select all 2 parked" }).click();
  await page.reload();
  await page.getByRole("button", { name: "Skip 2" }).click();
  await page.getByRole("dialog", { name: "Skip 2 letters?" }).getByLabel("Reason").fill("not worth it");
  expect(await findings(page)).toEqual([]);
  await page.getByRole("dialog").getByRole("button", { name: "Skip" }).click();
  await page.getByRole("heading", { name: "All is well" }).waitFor();
  expect(letters.map((one) => one.state)).toEqual(["released", "skipped", "skipped"]);
  await page.getByRole("button", { name: /^All/ }).click();
  await expect.poll(() => list.getByRole("row").count()).toBe(4);
  expect(page.url()).toContain("state=all");
  expect(watch).toEqual({ consoleErrors: [], foreign: [] });
  await context.close();
});

test("a decoded letter, one that is gone, a list that fails, and none at all", async () => {
  const { page, context } = await visit(browser, { dark: true });
  await withLetters(page);
  await page.goto("/dead-letters/l3");
  await page.getByRole("heading", { name: "BatchRequested" }).waitFor();
  await page.frameLocator("iframe[title='Decoded event']").getByText('"count"').waitFor();
  expect(await findings(page)).toEqual([]);
  await page.goto("/dead-letters/l9");
  await page.getByRole("alert").getByText("no such letter").waitFor();
  await page.getByRole("link", { name: "Close" }).waitFor();
  await page.unrouteAll();
  const none = { data: [], meta: { next_cursor: null } };
  await page.route(/\/api\/v1\/dead-letters/, (route) => route.fulfill({ json: none }));
  await page.goto("/dead-letters");
  await page.getByRole("heading", { name: "All is well" }).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.unrouteAll();
  await page.route(/\/api\/v1\/dead-letters/, (route) =>
    route.fulfill({ status: 500, json: { error: { code: "INTERNAL_ERROR", message: "Postgres is away" } } }),
  );
  await page.goto("/dead-letters");
  await page.getByRole("alert").getByText("Postgres is away").waitFor();
  expect(await findings(page)).toEqual([]);
  await context.close();
});
