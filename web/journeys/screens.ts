import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "vitest";
import { launch, visit } from "./browser";
import { pages } from "./pages";

const FOLDER = fileURLToPath(new URL("../../docs/screens/", import.meta.url));

test.each(["light", "dark"])("pictures, %s", async (mode) => {
  mkdirSync(FOLDER, { recursive: true });
  const browser = await launch();
  const { page, context } = await visit(browser, { dark: mode === "dark" });
  const out = await visit(browser, { dark: mode === "dark", signedIn: false });
  await out.page.goto("/login", { waitUntil: "networkidle" });
  await out.page.screenshot({ path: `${FOLDER}login-${mode}.png` });
  for (const { name, path, heading } of await pages()) {
    await page.goto(path, { waitUntil: "load" });
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("status").filter({ hasText: "Loading" }).first().waitFor({ state: "hidden" });
    await page.waitForTimeout(800); // charts and the code editor draw after their data
    await page.screenshot({ path: `${FOLDER}${name}-${mode}.png` });
  }
  await context.close();
  await browser.close();
});
