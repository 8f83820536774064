/** Files that a person drops or chooses, folders included. */

export interface Found {
  file: File;
  /** With its folders, as a person knows it. */
  path: string;
}

/** What of the browser's file system entries is used here. */
export interface Entry {
  isFile: boolean;
  isDirectory: boolean;
  name: string;
  fullPath: string;
  file?: (found: (file: File) => void, failed: (error: unknown) => void) => void;
  createReader?: () => { readEntries: (found: (entries: Entry[]) => void, failed: (error: unknown) => void) => void };
}

/** Files that only an operating system or an editor wants: `.DS_Store`, `~$draft.docx`. */
export const isHidden = (path: string): boolean =>
  path.split("/").some((part) => part.startsWith(".") || part.startsWith("~$") || part === "Thumbs.db");

/** All files below some entries. A folder tells its entries in parts, so it is asked until nothing comes. */
export async function filesBelow(entries: readonly Entry[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const entry of entries) {
    if (entry.isFile && entry.file) {
      const file = await new Promise<File>((resolve, reject) => entry.file?.(resolve, reject));
      found.push({ file, path: entry.fullPath.replace(/^\//, "") });
    }
    const reader = entry.isDirectory ? entry.createReader?.() : undefined;
    while (reader) {
      const part = await new Promise<Entry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (!part.length) break;
      found.push(...(await filesBelow(part)));
    }
  }
  return found;
}

/** The files of a drop. Its entries must be asked for before anything is waited for. */
export async function dropped(transfer: DataTransfer): Promise<Found[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (entries.length) return await filesBelow(entries as unknown as Entry[]);
  return chosen(transfer.files);
}

/** The files of an input field. */
export const chosen = (files: Iterable<File> | ArrayLike<File>): Found[] =>
  Array.from(files, (file) => ({ file, path: file.webkitRelativePath || file.name }));
