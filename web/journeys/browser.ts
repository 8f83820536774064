/** Headless Chromium against a running studio; watches for what no page may do. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { LOGIN, login, URL_OF_STUDIO } from "./studio";

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
export async function signIn(context: BrowserContext, as = LOGIN): Promise<void> {
  const it = await login(as);
  const held = {
    accessToken: it.access_token,
    refreshToken: it.refresh_token,
    expires: Date.now() + it.expires_in * 1000,
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
