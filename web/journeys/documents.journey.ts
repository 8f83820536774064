import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";

let browser: Browser;
let folder: string;
const mark = `journey-${Date.now()}`;
beforeAll(async () => {
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), "documents-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await browser.close();
});

const text = (title: string) =>
  `# ${title}\n\n${["Hives", "Queens", "Winter stores"]
    .map((name, at) => `## ${name}\n\nThe rule of ${name.toLowerCase()} is number ${at + 11}. 🐝 A colony of ${title} keeps ` +
      `${(at + 3) * 7} kilograms of honey for the cold months, and the keeper weighs the box every second Sunday. ` +
      `A steward is a person who looks after the ${name.toLowerCase()} when the keeper is away for more than ten days.\n`)
    .join("\n")}`;

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const list = (page: Page) => page.getByRole("grid", { name: "Documents" });

test("files are uploaded, read, used for samples, and withdrawn", async () => {
  const { page, watch, context } = await visit(browser);
  await page.goto("/documents");
  await page.getByRole("heading", { level: 1, name: "Documents" }).waitFor();
  const names = ["a", "b"].map((part) => `${mark}-${part}.md`);
  await page.getByLabel("Collection of the next uploads").fill(mark);
  await page.getByLabel("Files to upload").setInputFiles(names.map((name) => file(name, text(name))));
  const uploads = page.getByRole("region", { name: "Uploads" });
  await uploads.getByText("2 of 2 done").waitFor();
  await page.getByRole("searchbox", { name: "Search by name" }).fill(mark);
  const row = list(page).getByRole("row").filter({ hasText: names[0] });
  await row.getByText("extracted").waitFor();
  await page.waitForURL((url) => url.searchParams.get("q") === mark); // a moment after typing
  expect(await findings(page)).toEqual([]);

  await row.getByRole("checkbox").click(); // its state is in the URL, and comes with it
  await page.getByRole("button", { name: "Generate samples from 1" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Samples").fill("0");
  await form.getByRole("button", { name: "Generate", exact: true }).click();
  await form.getByText("Write a number from 1 to 100,000.").waitFor();
  await form.getByLabel("Samples").fill("5");
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "5 of 5 samples" }).waitFor();

  await list(page).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: new RegExp(mark) }).waitFor();
  await page.getByRole("button", { name: /^Winter stores \d+$/ }).click();
  const body = page.getByRole("region", { name: "Extracted text" });
  await body.getByText("The rule of winter stores is number 13. 🐝").waitFor();
  expect(page.url()).toContain("start=");
  await page.getByRole("region", { name: "Made from it" }).getByText("Samples", { exact: true }).waitFor();
  expect(await findings(page)).toEqual([]);

  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the original" }).click();
  expect((await saved).suggestedFilename()).toContain(mark);

  await page.getByRole("button", { name: "Withdraw" }).click();
  const asked = page.getByRole("dialog", { name: /^Withdraw/ });
  await asked.getByLabel("Reason").fill("only for a journey");
  await asked.getByRole("button", { name: "Withdraw" }).click();
  await page.getByRole("status").filter({ hasText: "only for a journey" }).waitFor();
  expect(watch).toEqual({ consoleErrors: [], foreign: [] });
  await context.close();
});

test("a large file over a slow link shows how far it is, goes on elsewhere, warns, and can be cancelled", async () => {
  const { page, context } = await visit(browser);
  await page.goto("/documents");
  const line = await context.newCDPSession(page);
  await line.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 20,
    downloadThroughput: 2_000_000,
    uploadThroughput: 1_000_000,
  });
  const name = `${mark}-large.txt`;
  await page.getByLabel("Files to upload").setInputFiles(file(name, Buffer.alloc(50 * 1024 * 1024, "slow link\n")));
  const bar = page.getByRole("progressbar", { name: `Upload of ${name}` });
  const sent = async () => Number(await bar.getAttribute("aria-valuenow"));
  await expect.poll(sent, { timeout: 20_000 }).toBeGreaterThan(0);
  await page.getByRole("navigation").getByRole("link", { name: "Pipeline" }).click();
  await page.getByRole("list", { name: "Stages" }).waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "Documents" }).click();
  const some = await sent();
  await expect.poll(sent, { timeout: 20_000 }).toBeGreaterThan(some);

  let warned = 0;
  page.on("dialog", (dialog) => {
    warned += dialog.type() === "beforeunload" ? 1 : 0;
    void dialog.dismiss();
  });
  await page.close({ runBeforeUnload: true });
  await expect.poll(() => warned).toBe(1);

  await page.getByRole("button", { name: `Cancel ${name}` }).click();
  await page.getByText("cancelled, 50 MiB").waitFor();
  await page.getByRole("button", { name: `Try again: ${name}` }).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("region", { name: "Uploads" }).waitFor({ state: "detached" });
  await context.close();
});

test("dropped files are taken; one that is refused says why and can be sent again", async () => {
  const { page, context } = await visit(browser);
  let refuse = true;
  await page.route("**/api/v1/documents/upload", (route) =>
    refuse
      ? route.fulfill({
          status: 422,
          json: { error: { code: "VALIDATION_ERROR", message: "the file is empty", details: { remedy: "choose another" } } },
        })
      : route.continue(),
  );
  await page.goto("/documents");
  await page.getByText("Drop files or a folder here").waitFor();
  const name = `${mark}-dropped.md`;
  const dropped = await page.evaluateHandle(
    ([path, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content as string], path as string, { type: "text/markdown" }));
      return transfer;
    },
    [name, text(name)],
  );
  await page.dispatchEvent("[data-testid=drop]", "drop", { dataTransfer: dropped });
  const failure = page.getByRole("alert").filter({ hasText: "the file is empty" });
  await failure.getByText("choose another").waitFor();
  expect(await findings(page)).toEqual([]);
  refuse = false;
  await page.getByRole("button", { name: `Try again: ${name}` }).click();
  await page.getByRole("region", { name: "Uploads" }).getByRole("link", { name }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await context.close();
});

test("nothing found, a list that fails, a document that is gone", async () => {
  const { page, context } = await visit(browser);
  await page.goto(`/documents?status=failed&q=${mark}-none`);
  await page.getByRole("heading", { name: "No document is like this" }).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.goto("/documents/00000000000000000000000000000000");
  await page.getByRole("alert").getByText("There is no such document").waitFor();
  await page.getByRole("link", { name: "All documents" }).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.route("**/api/v1/documents?**", (route) =>
    route.fulfill({ status: 503, json: { error: { code: "AWAY", message: "the database is away" } } }),
  );
  await page.getByRole("link", { name: "All documents" }).click();
  await page.getByRole("alert").getByText("the database is away").waitFor();
  expect(await findings(page)).toEqual([]);
  await context.close();
});
