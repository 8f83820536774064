/** The form of a new dataset version. */
import { z } from "zod/mini";
import type { NewDataset } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";

/** What a row is paid for where nothing else is asked; the studio's own default, written out to be changed. */
export const REWARD = `{
  "objectives": [
    { "name": "token_f1", "weight": 0.9 },
    { "name": "format", "weight": 0.1, "gate": "token_f1 > 0" }
  ]
}`;

const object = (text: string): Record<string, unknown> | null => {
  try {
    const found: unknown = JSON.parse(text.trim() || "{}");
    const is = found !== null && typeof found === "object" && !Array.isArray(found);
    return is ? (found as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

export const schema = z.object({
  name: z
    .string()
    .check(
      z.minLength(1, "Give it a name; every freeze under it is a new version."),
      z.regex(/^([a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?)?$/, "Use small letters, digits, dots, dashes and underscores."),
    ),
  curation_id: z.string().check(z.minLength(1, "Choose the curation whose samples are frozen.")),
  rule: z.string().check(z.maxLength(2000, "A rule has at most 2,000 characters.")),
  heldout_fraction: z.number("Write a number from 0 to 0.99.").check(z.gte(0, "At least 0."), z.lte(0.99, "At most 0.99.")),
  seed: z.int("Write a whole number.").check(z.gte(0, "At least 0.")),
  reward: z.string().check((context) => {
    if (!object(context.value))
      context.issues.push({ code: "custom", message: "Write a JSON object: { … }.", input: context.value });
  }),
});
export type Fields = z.infer<typeof schema>;

export function bodyOf(fields: Fields): NewDataset {
  return { ...fields, rule: fields.rule.trim(), reward: object(fields.reward) ?? {} };
}

/** The field that a refusal of the studio speaks of; undefined for none of the form. */
export function fieldOf(field: string | undefined): keyof Fields | undefined {
  const first = field?.split(/[.[]/)[0];
  return first && first in schema.shape ? (first as keyof Fields) : undefined;
}

export function freezeCommand(fields: Partial<Fields>): string {
  const reward = fields.reward && fields.reward.trim() !== REWARD.trim() ? object(fields.reward) : null;
  return [
    `studio dataset freeze ${shell(fields.name || "NAME")} --curation ${shell(fields.curation_id || "CURATION")}`,
    fields.rule?.trim() ? ` --rule ${shell(fields.rule.trim())}` : "",
    fields.heldout_fraction !== undefined && fields.heldout_fraction !== 0.3
      ? ` --heldout ${fields.heldout_fraction}`
      : "",
    reward && Object.keys(reward).length ? ` --reward ${shell(JSON.stringify(reward))}` : "",
    fields.seed ? ` --seed ${fields.seed}` : "",
  ].join("");
}
