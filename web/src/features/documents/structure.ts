/** What of a document's structure was kept, as spans of its text. */
import type { DocumentAttributes, DocumentRegion } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";

export const PARTS = [
  { kind: "heading", name: "Headings", count: "headings" },
  { kind: "table", name: "Tables", count: "tables" },
  { kind: "list", name: "Lists", count: "lists" },
  { kind: "code", name: "Code", count: "codes" },
  { kind: "definitions", name: "Definitions", count: "definitions" },
] as const;
export type Kind = (typeof PARTS)[number]["kind"];

/** The parts that a document has any of, with how many. */
export const partsIn = (it: DocumentAttributes): { value: Kind; name: string; count: number }[] =>
  PARTS.flatMap(({ kind, name, count }) => (it[count] ? [{ value: kind, name, count: it[count] }] : []));

/** The first line of a region; of a table its header. */
export const lineOf = ({ text, kind }: DocumentRegion): string =>
  text.split("\n").find((line) => line.trim())?.trim() || `an empty ${kind}`;

/** What was hard about the file, each as a sentence; empty where nothing was. */
export function troublesOf(it: DocumentAttributes): string[] {
  const { bad_pages: bad, replaced_characters: replaced } = it;
  return [
    bad ? `${whole(bad)} of ${whole(it.pages)} pages could not be read; the others were.` : "",
    replaced ? `${whole(replaced)} characters could not be read as ${it.encoding ?? "text"} and were replaced.` : "",
  ].filter(Boolean);
}
