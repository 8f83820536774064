import { z } from "zod/mini";

/** The kinds that each method makes, as processors/generation/kinds.py has them. */
export const KINDS = {
  extractive: [
    "definition",
    "is_a",
    "normative",
    "number",
    "cloze",
    "hearst",
    "table_cell",
    "true_false",
    "multiple_choice",
  ],
  endpoint: ["llm", "conversation", "reasoning", "preference", "multi_hop", "true_false", "multiple_choice"],
} as const;
export type Method = keyof typeof KINDS;

const number = (low: number, high: number, message: string) =>
  z.number(message).check(z.minimum(low, message), z.maximum(high, message));

const part = z.object({
  kind: z.string(),
  count: number(1, 1_000_000, "Write a whole number from 1.").check(z.multipleOf(1, "Write a whole number.")),
  turns: number(2, 8, "Write 2 to 8."),
  template: z.string(),
});

/** What the form knows of a recipe. `more` is what it carries along without showing it. */
export const schema = z
  .object({
    name: z
      .string()
      .check(z.regex(/^[a-z0-9][a-z0-9_-]*$/, "Small letters, digits, - and _, such as support-questions.")),
    method: z.enum(["extractive", "endpoint"]),
    endpoint: z.string(),
    model: z.string(),
    temperature: number(0, 2, "Write a number from 0 to 2."),
    languages: z.array(z.string()),
    personas: z.array(z.string()),
    parts: z.array(part).check(z.minLength(1, "Choose at least one kind.")),
    more: z.record(z.string(), z.unknown()),
  })
  .check(
    z.refine((it) => it.method !== "endpoint" || /^(https?:\/\/\S+|transformers:)$/.test(it.endpoint.trim()), {
      path: ["endpoint"],
      message: "Write the address of an OpenAI-compatible server, e.g. http://127.0.0.1:11434/v1, or transformers:.",
    }),
    z.refine((it) => it.method !== "endpoint" || it.model.trim() !== "", {
      path: ["model"],
      message: "Name the model at the endpoint.",
    }),
  );
export type Fields = z.infer<typeof schema>;
export type Part = Fields["parts"][number];

export const START: Fields = {
  name: "",
  method: "extractive",
  endpoint: "",
  model: "",
  temperature: 0,
  languages: [],
  personas: [],
  parts: [],
  more: {},
};
export const partOf = (kind: string): Part => ({
  kind,
  count: 50,
  turns: 3,
  template: "",
});

/** Values that a recipe has where it says nothing. */
const USUAL: Record<string, unknown> = {
  max_tokens: 0,
  structure: "json_schema",
  context: 0,
  quality_threshold: 0,
  seed: 0,
  currency: "",
  input_price: -1,
  output_price: -1,
};

type Resolved = Record<string, unknown> & { parts?: Record<string, unknown>[] };

/** A resolved recipe as the form shows it; null where it says of single kinds what the form says of all. */
export function fieldsOf(recipe: Resolved): Fields | null {
  const parts = recipe.parts ?? [];
  const voice = (it: Record<string, unknown>) => JSON.stringify([it["personas"], it["languages"]]);
  const alike = parts.every((it) => voice(it) === voice(parts[0] ?? {}));
  if (!alike || new Set(parts.map((it) => it["kind"])).size < parts.length) return null;
  const first = parts[0] ?? {};
  const more = Object.fromEntries(
    Object.entries(USUAL).flatMap(([name, usual]) =>
      recipe[name] === undefined || recipe[name] === usual ? [] : [[name, recipe[name]]],
    ),
  );
  return {
    name: String(recipe["name"] ?? ""),
    method: recipe["method"] === "endpoint" ? "endpoint" : "extractive",
    endpoint: String(recipe["endpoint"] ?? ""),
    model: String(recipe["model"] ?? ""),
    temperature: Number(recipe["temperature"] ?? 0),
    languages: (first["languages"] as string[] | undefined) ?? [],
    personas: (first["personas"] as string[] | undefined) ?? [],
    parts: parts.map((it) => ({
      kind: String(it["kind"]),
      count: Number(it["count"]),
      turns: Number(it["turns"] ?? 3),
      template: String(it["template"] ?? ""),
    })),
    more,
  };
}

const WORD = /^(?!(?:true|false|yes|no|on|off|null)$)[a-z][a-z0-9_-]*$/i;
/** A value as YAML: JSON is YAML, and a plain word needs no quotes. */
const plain = (value: unknown): string =>
  typeof value === "string" && WORD.test(value)
    ? value
    : Array.isArray(value)
      ? `[${value.map(plain).join(", ")}]`
      : JSON.stringify(value);

/** The recipe as YAML; what a method cannot use is left out. */
export function yamlOf(fields: Fields): string {
  const model = fields.method === "endpoint";
  const lines = [`name: ${plain(fields.name.trim())}`, `method: ${fields.method}`];
  if (model) {
    lines.push(`endpoint: ${plain(fields.endpoint.trim())}`, `model: ${plain(fields.model.trim())}`);
    if (fields.temperature) lines.push(`temperature: ${fields.temperature}`);
    if (fields.languages.length) lines.push(`languages: ${plain(fields.languages)}`);
    if (fields.personas.length) lines.push(`personas: ${plain(fields.personas)}`);
  }
  for (const [name, value] of Object.entries(fields.more)) lines.push(`${name}: ${plain(value)}`);
  lines.push("kinds:");
  for (const it of fields.parts) {
    const own = [`count: ${it.count}`];
    if (model && it.kind === "conversation") own.push(`turns: ${it.turns}`);
    if (model && it.template.trim()) own.push(`template: ${JSON.stringify(it.template)}`);
    lines.push(own.length > 1 ? `  ${it.kind}: {${own.join(", ")}}` : `  ${it.kind}: ${it.count}`);
  }
  return lines.join("\n") + "\n";
}

/** Where a refusal of the studio belongs in the form: `source.endpoint` or `recipe.kinds.cloze`. */
export function fieldOf(field: string | undefined): "name" | "endpoint" | "model" | "temperature" | "parts" | null {
  const place = (field ?? "").replace(/^(source|recipe)\./, "");
  if (place === "kinds" || place.startsWith("kinds.")) return "parts";
  return place === "name" || place === "endpoint" || place === "model" || place === "temperature" ? place : null;
}
