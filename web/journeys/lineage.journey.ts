import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, launch, visit } from "./browser";
import { call, type One } from "./studio";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test("from a model back to the bytes of a document, by keyboard, in a line to be copied", async () => {
  const { page, watch, context } = await visit(browser);
  const model = (await call("/models?limit=1")).data[0];
  const versions = model?.attributes.versions as { version: string }[];
  const name = `${model?.id}@${versions.at(-1)?.version}`;
  await page.goto("/lineage");
  await page.getByRole("region", { name: "Documents" }).getByRole("link").first().waitFor();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press("/");
  await page.keyboard.type(name);
  await page.getByRole("region", { name: "Models" }).getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name: `Lineage of model ${name}` }).waitFor();

  const graph = page.getByRole("group", { name: /^Lineage, from documents/ });
  await graph.getByRole("button", { name: new RegExp(`^Model ${name.replaceAll(".", "\\.")} `) }).focus();
  for (const next of ["Run", "Dataset", "Curation", "Samples"]) {
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toMatch(new RegExp(`^${next} `));
  }
  expect(page.url()).toContain("node=samples");
  await page.getByRole("list", { name: "Samples" }).getByRole("button").first().waitFor();
  expect(await findings(page)).toEqual([]);
  await page.getByRole("textbox", { name: "Find a sample" }).fill("zzzz-none");
  await page.getByText("No sample says this.").waitFor();
  const kept = await call(`/samples?state=kept&limit=500&batch_id=${batchOf(page.url())}`);
  const documents = await call("/documents?limit=500");
  const plain = documents.data.filter((one) => one.attributes.found_media_type !== "application/pdf");
  const bytes = new Set(plain.map((one) => one.id));
  const sample = kept.data.find((one) => bytes.has(String(one.attributes.document_id)));
  await page.getByRole("textbox", { name: "Find a sample" }).fill(String(sample?.attributes.question));
  await page.getByRole("list", { name: "Samples" }).getByRole("button").first().click();
  await page.getByRole("region", { name: "The passage" }).locator("mark").first().waitFor();
  const way = page.getByTestId("way");
  const stages = /model .+ <- run .+ <- dataset .+ <- curation .+ <- sample .+ <- '.+' bytes \d+-\d+ of .+/;
  await expect.poll(() => way.innerText()).toMatch(stages);
  const told = await way.innerText();
  const [, start, end] = /bytes (\d+)-(\d+)/.exec(told) ?? [];
  const chosen = new URL(page.url()).searchParams.get("sample");
  const { source } = (await call<One<{ source: Source }>>(`/samples/${chosen}`)).data.attributes;
  expect([Number(start), Number(end)]).toEqual([source.byte_start, source.byte_end]);
  const inFile = page.getByRole("region", { name: "The passage" }).locator("pre mark");
  expect(await inFile.innerText()).toContain(source.text.split(/\s+/)[0]);
  expect(await findings(page)).toEqual([]);

  await page.reload();
  await expect.poll(() => way.innerText()).toBe(told);
  await page.getByRole("region", { name: "The passage" }).getByRole("link", { name: /^bytes/ }).click();
  await page.getByRole("region", { name: "Extracted text" }).locator("mark").waitFor();
  await page.goBack();
  await expect.poll(() => way.innerText()).toBe(told);
  expect(watch).toEqual({ consoleErrors: [], foreign: [] });
  await context.close();
});

interface Source {
  byte_start: number;
  byte_end: number;
  text: string;
}

const batchOf = (url: string): string => (new URL(url).searchParams.get("node") ?? "").replace("samples/", "");

test("from a document to what was made of it; Enter opens", async () => {
  const { page, context } = await visit(browser, { dark: true });
  const documents = await call("/documents?status=extracted&limit=500");
  const used = documents.data.findLast((one) => Number(one.attributes.samples) > 100);
  await page.goto(`/lineage/document/${used?.id}`);
  const graph = page.getByRole("group", { name: /^Lineage, from documents/ });
  await graph.getByRole("button", { name: /^Deployment / }).first().waitFor();
  await graph.getByRole("button", { name: /^Run / }).first().click();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/runs\//);
  await context.close();
});

test("nothing of such a name, no such thing, no such kind, a studio that fails", async () => {
  const { page, context } = await visit(browser, { width: 390, height: 844 });
  await page.goto("/lineage?q=zzzz-none");
  await page.getByRole("heading", { name: "Nothing has such a name" }).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.goto("/lineage/dataset/none");
  await page.getByRole("alert").getByText("It is not there").waitFor();
  await page.getByRole("link", { name: "Begin somewhere else" }).waitFor();
  await page.goto("/lineage/cat/x");
  await page.getByRole("heading", { name: "There is no such kind of thing" }).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.route("**/api/v1/lineage/**", (route) =>
    route.fulfill({ status: 500, json: { error: { code: "INTERNAL_ERROR", message: "Postgres is away" } } }),
  );
  await page.goto("/lineage/deployment/answers");
  await page.getByRole("alert").getByText("Postgres is away").waitFor();
  expect(await findings(page)).toEqual([]);
  await context.close();
});
