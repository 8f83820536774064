import type { ChunkResource } from "@/shared/api";

/** A stretch of a document's text. `chunk`: what samples are made from; without it: headings and what lies between. */
export interface Row {
  /** In code points of the whole text. */
  start: number;
  end: number;
  chunk?: { id: string; number: number; section: string; title: string };
}

export const GAP = 4000; // code points; a longer stretch between chunks becomes several rows

/** The text as rows in order, each place in exactly one. `more`: chunks that are not read yet follow the last. */
export function rowsOf(chunks: readonly ChunkResource[], characters: number, more: boolean): Row[] {
  const rows: Row[] = [];
  let at = 0;
  const between = (end: number) => {
    while (at < end) {
      const next = Math.min(end, at + GAP);
      rows.push({ start: at, end: next });
      at = next;
    }
  };
  chunks.forEach(({ id, attributes: chunk }, index) => {
    between(Math.min(chunk.start, characters));
    const start = Math.max(at, chunk.start);
    if (chunk.end <= start) return;
    const about = { id, number: index + 1, section: chunk.section_id, title: chunk.section_title ?? "" };
    rows.push({ start, end: chunk.end, chunk: about });
    at = chunk.end;
  });
  if (!more) between(characters);
  return rows;
}

/** The row of a place; -1 where none has it (yet). */
export function rowAt(rows: readonly Row[], place: number): number {
  let [low, high] = [0, rows.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const row = rows[middle] as Row;
    if (place < row.start) high = middle - 1;
    else if (place >= row.end) low = middle + 1;
    else return middle;
  }
  return -1;
}

export interface Section {
  id: string;
  title: string;
  start: number;
  chunks: number;
}

/** Sections in the order of the text, with how many chunks each has. */
export function sectionsOf(chunks: readonly ChunkResource[]): Section[] {
  const found = new Map<string, Section>();
  for (const { attributes: chunk } of chunks) {
    const known = found.get(chunk.section_id);
    if (known) known.chunks += 1;
    else
      found.set(chunk.section_id, {
        id: chunk.section_id,
        title: chunk.section_title || "Without a heading",
        start: chunk.start,
        chunks: 1,
      });
  }
  return [...found.values()];
}

export const PAGE = 50_000; // code points of text in one request

/** The requests that together hold `start` up to `end`. */
export function pagesOf(start: number, end: number): number[] {
  const first = Math.floor(start / PAGE);
  const last = Math.floor(Math.max(start, end - 1) / PAGE);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

interface Cut {
  start: number;
  points: readonly string[];
}

/** The text from code point `start` up to `end`, out of pages in order that hold it. */
export function joined(pages: readonly Cut[], start: number, end: number): string {
  const from = (page: Cut, place: number) => Math.max(0, place - page.start);
  return pages.map((page) => page.points.slice(from(page, start), from(page, end)).join("")).join("");
}
