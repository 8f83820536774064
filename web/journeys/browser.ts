/** Headless Chromium against a running studio; watches for what no page may do. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = [
  "--no-sandbox", // tests run as root in containers
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const URL_OF_STUDIO = (process.env.STUDIO_URL ?? "http://127.0.0.1:8000").replace(/\/$/, "");
export const LOGIN = {
  email: process.env.STUDIO_EMAIL ?? process.env.STUDIO_ADMIN_EMAIL ?? "",
  password: process.env.STUDIO_PASSWORD ?? process.env.STUDIO_ADMIN_PASSWORD ?? "",
};

export async function launch(): Promise<Browser> {
  const executablePath = process.env.STUDIO_CHROMIUM ?? BROWSERS.find((path) => existsSync(path));
  if (!executablePath) throw new Error("no Chromium; install Debian's package `chromium` or set STUDIO_CHROMIUM");
  return await chromium.launch({ executablePath, args: FLAGS });
}

/** What a page did that it must not do. */
export interface Watch {
  consoleErrors: string[];
  foreign: string[];
}

export interface Visit {
  context: BrowserContext;
  page: Page;
  watch: Watch;
}

/** A new window, signed in unless `signedIn` is false. */
export async function visit(
  browser: Browser,
  { signedIn = true, dark = false, width = 1440, height = 900 } = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    baseURL: URL_OF_STUDIO,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const watch: Watch = { consoleErrors: [], foreign: [] };
  const host = new URL(URL_OF_STUDIO).hostname;
  page.on("console", (message) => {
    if (message.type() === "error") watch.consoleErrors.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => watch.consoleErrors.push(String(error)));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/^(http|ws)/.test(url.protocol) && url.hostname !== host) watch.foreign.push(request.url());
  });
  if (signedIn) await signIn(context);
  return { context, page, watch };
}

/** Put a session into the window's storage, as the login page would. */
export async function signIn(context: BrowserContext, login = LOGIN): Promise<void> {
  const answer = await fetch(`${URL_OF_STUDIO}/api/v1/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(login),
  });
  if (!answer.ok) throw new Error(`login: ${answer.status} ${await answer.text()}`);
  const { attributes: it } = ((await answer.json()) as { data: { attributes: Record<string, unknown> } }).data;
  const held = {
    accessToken: it.access_token,
    refreshToken: it.refresh_token,
    expires: Date.now() + Number(it.expires_in) * 1000,
    email: it.email,
    role: it.role,
    tenant: it.tenant,
    permissions: it.permissions,
  };
  await context.addInitScript(
    ([text]) => {
      if (!sessionStorage.getItem("signed-in")) localStorage.setItem("studio.session", text as string);
      sessionStorage.setItem("signed-in", "once");
    },
    [JSON.stringify(held)],
  );
}

/** Call the API as the login does; for what a journey needs to be there. */
export async function call(path: string, init: RequestInit = {}): Promise<unknown> {
  token ??= await (async () => {
    const answer = await fetch(`${URL_OF_STUDIO}/api/v1/auth/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(LOGIN),
    });
    return ((await answer.json()) as { data: { attributes: { access_token: string } } }).data.attributes.access_token;
  })();
  const headers = { Authorization: `Bearer ${token}`, ...(typeof init.body === "string" ? { "Content-Type": "application/json" } : {}) };
  const answer = await fetch(`${URL_OF_STUDIO}/api/v1${path}`, { ...init, headers: { ...headers, ...init.headers } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : await answer.json();
}
let token: string | undefined;

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Serious and critical findings of axe on the page as it is, in words. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return await page.evaluate(async () => {
    interface Axe {
      run: (where: Document, options: object) => Promise<{ violations: Violation[] }>;
    }
    interface Violation {
      id: string;
      impact: string;
      nodes: { html: string; failureSummary: string }[];
    }
    const { violations } = await (window as unknown as { axe: Axe }).axe.run(document, { iframes: false });
    return violations
      .filter((one) => one.impact === "serious" || one.impact === "critical")
      .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`));
  });
}
