/** The form of a new deployment. */
import { z } from "zod/mini";
import type { NewDeployment } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";

const share = (value: number): boolean => value > 0 && value < 1;
const whole = (value: number): boolean => Number.isInteger(value) && value >= 1;

export const schema = z
  .object({
    name: z
      .string()
      .check(
        z.minLength(1, "Clients give this name as `model`."),
        z.regex(/^[\w.-]*$/, "Use letters, digits, dots, dashes and underscores."),
      ),
    strategy: z.enum(["canary", "blue_green"]),
    weight: z.number("A number between 0 and 1.").check(z.refine(share, "More than 0 and less than 1.")),
    margin: z.number("A number from 0 to 1.").check(z.refine((value) => value >= 0 && value < 1, "From 0 to below 1.")),
    confidence: z
      .number("A number above 0.5.")
      .check(z.refine((value) => value > 0.5 && value < 1, "More than 0.5 and less than 1.")),
    minimum_calls: z.number("A whole number.").check(z.refine(whole, "A whole number from 1 on.")),
    maximum_calls: z.number("A whole number.").check(z.refine(whole, "A whole number from 1 on.")),
  })
  .check(
    z.refine((it) => it.minimum_calls <= it.maximum_calls, {
      path: ["maximum_calls"],
      error: "At least as many as the judged calls before a verdict.",
    }),
  );
export type Fields = z.infer<typeof schema>;

export const DEFAULTS: Omit<Fields, "name"> = {
  strategy: "canary",
  weight: 0.1,
  margin: 0.05,
  confidence: 0.95,
  minimum_calls: 50,
  maximum_calls: 5000,
};

export const NAMES = ["name", "strategy", "weight", "margin", "confidence", "minimum_calls", "maximum_calls"] as const;

/** The field of the form that a refusal speaks of; undefined for none of them. */
export const fieldOf = (field: string | undefined): keyof Fields | undefined => NAMES.find((name) => name === field);

export function command(model: string, version: string, fields: Partial<Fields>): string {
  const words = ["studio", "deploy", fields.name || "NAME", "--model", model, "--version", version];
  for (const name of NAMES)
    if (name !== "name" && fields[name] !== undefined && fields[name] !== DEFAULTS[name])
      words.push(`--${name.replaceAll("_", "-")}`, String(fields[name]));
  return words.map(shell).join(" ");
}

export const bodyOf = (model: string, version: string, fields: Fields): NewDeployment => ({
  ...fields,
  model,
  version,
});
