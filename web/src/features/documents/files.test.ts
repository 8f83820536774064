import { expect, test } from "vitest";
import { chosen, filesBelow, isHidden, type Entry } from "./files";

const file = (fullPath: string): Entry => ({
  isFile: true,
  isDirectory: false,
  name: fullPath.split("/").at(-1) ?? "",
  fullPath,
  file: (found) => found(new File(["x"], fullPath.split("/").at(-1) ?? "")),
});

/** A folder that tells its entries in parts, as browsers do. */
const folder = (fullPath: string, ...parts: Entry[][]): Entry => ({
  isFile: false,
  isDirectory: true,
  name: fullPath,
  fullPath,
  createReader: () => {
    const rest = [...parts];
    return { readEntries: (found) => found(rest.shift() ?? []) };
  },
});

test("a folder is read to its end, however many parts it comes in", async () => {
  const many = Array.from({ length: 100 }, (_, index) => file(`/all/${index}.md`));
  const found = await filesBelow([folder("/all", many, [file("/all/last.md"), folder("/all/in", [file("/all/in/a.md")])])]);
  expect(found).toHaveLength(102);
  expect(found.at(-1)?.path).toBe("all/in/a.md");
});

test("a file that cannot be read is told", async () => {
  const broken: Entry = { ...file("/a.md"), file: (_, failed) => failed(new Error("gone")) };
  await expect(filesBelow([broken])).rejects.toThrow("gone");
});

test("files of the system are hidden, also in folders", () => {
  expect(["a/.DS_Store", ".git/config", "~$draft.md", "Thumbs.db"].every(isHidden)).toBe(true);
  expect(isHidden("a.b/c.md")).toBe(false);
});

test("chosen files have their folder, where they came from one", () => {
  const [one] = chosen([new File([""], "a.md")]);
  expect(one?.path).toBe("a.md");
});
