import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, signIn, visit } from "./browser";
import { call, LOGIN, type List, type One } from "./studio";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** As if both tokens had ended since the page was opened. */
async function endLogin(page: Page): Promise<void> {
  await page.evaluate(() => {
    const held = JSON.parse(localStorage.getItem("studio.session") ?? "{}") as Record<string, unknown>;
    localStorage.setItem("studio.session", JSON.stringify({ ...held, accessToken: "gone", refreshToken: "gone" }));
    window.dispatchEvent(new StorageEvent("storage", { key: "studio.session" }));
  });
}

test("a login that ends while a form is filled in: nothing typed is lost, and what was sent goes through", async () => {
  const { page, context } = await visit(browser);
  await page.goto("/documents");
  await page.getByRole("button", { name: /^Select all/ }).click();
  await page.getByRole("button", { name: /^Generate samples/ }).click();
  const form = page.getByRole("dialog", { name: /^Samples from/ });
  await form.getByLabel("Samples").fill("33");
  await endLogin(page);
  await form.getByRole("button", { name: "Generate", exact: true }).click();
  const again = page.getByRole("dialog", { name: "Your login has ended" });
  await again.getByLabel("Password").fill(LOGIN.password);
  expect(await form.getByLabel("Samples").inputValue()).toBe("33");
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await again.waitFor({ state: "hidden" });
  await form.waitFor({ state: "hidden" });
  const batches = await call<List<{ count: number }>>("/batches?limit=1");
  expect(batches.data[0]?.attributes.count).toBe(33);
  await context.close();
});

test("somebody who may not: the button says why", async () => {
  const email = `viewer-${Date.now()}@studio.example`;
  const password = "only looking around";
  await call("/users", { method: "POST", body: JSON.stringify({ email, password, role: "viewer" }) });
  const { page, context } = await visit(browser, { signedIn: false });
  await signIn(context, { email, password });
  await page.goto("/documents");
  const upload = page.getByRole("button", { name: /^Upload files/ });
  await upload.waitFor();
  expect(await upload.getAttribute("aria-disabled")).toBe("true");
  await upload.focus();
  await page.getByText(/Your role \(viewer\) lacks documents:write/).first().waitFor();
  expect(await findings(page)).toEqual([]);
  await context.close();
});

test("what was deleted while its tab was open says so, and leads back", async () => {
  const body = new FormData();
  body.append("file", new File([`# Short\n\nWritten at ${Date.now()} to be withdrawn.`], "gone.md"));
  const made = await call<One>("/documents/upload", { method: "POST", body });
  const { page, context } = await visit(browser);
  await page.goto(`/documents/${made.data.id}`);
  await page.getByRole("heading", { level: 1, name: "gone.md" }).waitFor();
  await page.getByText("extracted", { exact: true }).first().waitFor();
  await call(`/documents/${made.data.id}?reason=a+mistake`, { method: "DELETE" });
  await page.getByText("withdrawn").first().waitFor();
  await page.goto("/documents/no-such-document");
  await page.getByRole("alert").waitFor();
  await page.getByRole("main").getByRole("link", { name: /documents/i }).first().click();
  await page.getByRole("heading", { level: 1, name: "Documents" }).waitFor();
  await context.close();
});

test("a position of another log, and no WebSocket: everything is read again, and it goes on live", async () => {
  const { page, context } = await visit(browser);
  let forged = 0;
  await page.route("**/api/v1/feed/tickets", (route) => route.fulfill({ status: 503, json: { error: { code: "X" } } }));
  await page.route("**/api/v1/feed?**", (route) => {
    const url = new URL(route.request().url());
    if (!forged) url.searchParams.set("after", "deadbeef.7");
    forged += 1;
    return route.continue({ url: url.toString() });
  });
  let reads = 0;
  page.on("request", (request) => {
    if (/\/api\/v1\/documents\?/.test(request.url())) reads += 1;
  });
  await page.goto("/documents");
  await page.getByText("Live", { exact: true }).waitFor({ timeout: 30_000 });
  expect(forged).toBeGreaterThan(0);
  expect(await page.getByTestId("position").innerText()).not.toContain("deadbeef");
  await expect.poll(() => reads, { timeout: 15_000 }).toBeGreaterThan(1);
  const before = reads;
  const later = `later-${Date.now()}.md`;
  const body = new FormData();
  body.append("file", new File([`# Later\n\nWritten at ${Date.now()}.`], later));
  await call("/documents/upload", { method: "POST", body });
  await page.getByText(later).first().waitFor();
  expect(reads).toBeGreaterThan(before);
  await context.close();
});
