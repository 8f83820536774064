import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";
import { LOGIN } from "./studio";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test("a person signs in by keyboard and lands where they wanted to go", async () => {
  const { page, watch, context } = await visit(browser, { signedIn: false });
  await page.goto("/samples?state=kept");
  await page.getByLabel("E-mail").waitFor();
  expect(page.url()).toContain("/login?next=");
  expect(await findings(page)).toEqual([]);

  await page.keyboard.type("nobody");
  await page.keyboard.press("Enter");
  await page.getByText("Write the e-mail address of your login.").waitFor();
  await page.getByLabel("E-mail").fill(LOGIN.email);
  await page.getByLabel("Password").fill("not the password");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Password").fill(LOGIN.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Samples" }).waitFor();
  expect(page.url()).toContain("/samples?state=kept");
  await page.getByText("Live", { exact: true }).waitFor();

  // The second key has to come in time: on a busy machine it may need another go, as a person would have one.
  const events = page.getByRole("heading", { level: 1, name: "Events" });
  await expect
    .poll(async () => {
      await page.keyboard.press("g");
      await page.keyboard.press("e");
      return events.waitFor({ timeout: 5_000 }).then(() => true, () => false);
    }, { timeout: 30_000 })
    .toBe(true);
  expect(watch.foreign).toEqual([]);
  // The refused password is the one error that the browser itself writes.
  expect(watch.consoleErrors.filter((line) => !line.includes("401"))).toEqual([]);
  await context.close();
});

test("a login that ended in the middle of work is renewed over the page", async () => {
  const { page, context } = await visit(browser);
  await page.goto("/pipeline");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.evaluate(() => {
    const held = JSON.parse(localStorage.getItem("studio.session") ?? "{}") as Record<string, unknown>;
    localStorage.setItem("studio.session", JSON.stringify({ ...held, accessToken: "gone", refreshToken: "gone" }));
    window.dispatchEvent(new StorageEvent("storage", { key: "studio.session" }));
  });
  await page.getByRole("navigation").getByRole("link", { name: "Documents" }).click();
  const dialog = page.getByRole("dialog", { name: "Your login has ended" });
  await dialog.getByLabel("Password").fill(LOGIN.password);
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("heading", { level: 1, name: "Documents" }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  await context.close();
});
