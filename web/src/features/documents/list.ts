import type { DocumentAttributes } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";
import { whole } from "@/shared/ui/numbers";

export const STATES = ["registered", "extracted", "failed", "withdrawn"] as const;

/** The list on the command line. */
export const listCommand = (status: string): string =>
  `studio docs list${status ? ` --status ${shell(status)}` : ""}`;

/** `PDF`, `Markdown`, or the media type where it has no short name. */
export function kindOf({ media_type = "", found_media_type }: DocumentAttributes): string {
  const type = found_media_type || media_type;
  return KINDS[type] ?? (type || "unknown");
}

const KINDS: Record<string, string> = {
  "application/pdf": "PDF",
  "text/html": "HTML",
  "text/markdown": "Markdown",
  "text/plain": "Text",
  "text/csv": "CSV",
  "application/json": "JSON",
  "application/x-ndjson": "JSON lines",
  "application/epub+zip": "EPUB",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
};

/** `22 pages, 57 sections, 113 chunks`; what is not known or zero is left out. */
export function partsOf({ pages, sections, chunks }: DocumentAttributes): string {
  const part = (number: number | null | undefined, name: string) =>
    number ? `${whole(number)} ${name}${number === 1 ? "" : "s"}` : "";
  return [part(pages, "page"), part(sections, "section"), part(chunks, "chunk")].filter(Boolean).join(", ");
}
