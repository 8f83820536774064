/** The form for rows that somebody brings along. */
import { z } from "zod/mini";
import { shell } from "@/shared/ui/CopyCommand";
import { REWARD, schema as frozen } from "./freeze";

export const schema = z.object({
  name: frozen.shape.name,
  prompt: z.string().check(z.maxLength(200, "A column's name has at most 200 characters.")),
  answer: z.string().check(z.maxLength(200, "A column's name has at most 200 characters.")),
  context: z.string().check(z.maxLength(200, "A column's name has at most 200 characters.")),
  heldout_fraction: frozen.shape.heldout_fraction,
  seed: frozen.shape.seed,
  reward: frozen.shape.reward,
});
export type Fields = z.infer<typeof schema>;

export const START: Fields = {
  name: "",
  prompt: "",
  answer: "",
  context: "",
  heldout_fraction: 0.3,
  seed: 0,
  reward: "",
};
const PARTS = ["prompt", "answer", "context"] as const;

/** Which column holds what; parts without a column are found by the studio. */
export const columnsOf = (fields: Partial<Fields>): Record<string, string> =>
  Object.fromEntries(PARTS.flatMap((part) => (fields[part]?.trim() ? [[part, fields[part].trim()]] : [])));

/** What is sent: the file last, as the studio reads the fields first. */
export function bodyOf(fields: Fields, file: File): FormData {
  const columns = columnsOf(fields);
  const body = new FormData();
  body.append("name", fields.name.trim());
  if (Object.keys(columns).length) body.append("columns", JSON.stringify(columns));
  body.append("heldout_fraction", String(fields.heldout_fraction));
  if (fields.reward.trim()) body.append("reward", fields.reward.trim());
  body.append("seed", String(fields.seed));
  body.append("file", file, file.name);
  return body;
}

/** The field that a refusal speaks of; undefined for none of the form. */
export function fieldOf(field: string | undefined): keyof Fields | undefined {
  const path = field?.split(/[.[]/) ?? [];
  const name = path[0] === "columns" ? (path[1] ?? "prompt") : path[0];
  return name && name in schema.shape ? (name as keyof Fields) : undefined;
}

/** Names of the columns in the beginning of a file of JSON lines; none where it is something else. */
export function columnsIn(beginning: string): string[] {
  try {
    const row: unknown = JSON.parse(beginning.split("\n", 1)[0] ?? "");
    return row !== null && typeof row === "object" && !Array.isArray(row) ? Object.keys(row) : [];
  } catch {
    return [];
  }
}

export function importCommand(fields: Partial<Fields>, file: string): string {
  const words = ["studio", "dataset", "import", file || "FILE", "--name", fields.name?.trim() || "NAME"];
  for (const [part, column] of Object.entries(columnsOf(fields))) words.push(`--${part}`, column);
  if (fields.heldout_fraction !== undefined && fields.heldout_fraction !== 0.3)
    words.push("--heldout", String(fields.heldout_fraction));
  if (fields.reward?.trim() && fields.reward.trim() !== REWARD.trim()) words.push("--reward", fields.reward.trim());
  if (fields.seed) words.push("--seed", String(fields.seed));
  return words.map(shell).join(" ");
}
