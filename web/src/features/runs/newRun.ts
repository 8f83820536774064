/** The form of a new run: what is checked here, and where the studio's refusals belong. */
import { z } from "zod/mini";
import type { NewRun } from "@/shared/api";

export const EXAMPLE = '{\n  "grpo": {\n    "steps": 100\n  }\n}';

/** Why a text is no JSON object; empty where it is one. */
export function faultOf(text: string): string {
  try {
    const found: unknown = JSON.parse(text.trim() || "{}");
    const isObject = found !== null && typeof found === "object" && !Array.isArray(found);
    return isObject ? "" : "Write a JSON object: { … }.";
  } catch (error) {
    return `This is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export const DEVICES = ["any", "cpu", "cuda"] as const;
const GIB = 2 ** 30;

/** Labels out of `name=text, name=text`; null where a part is none. */
export function labelsOf(text: string): Record<string, string> | null {
  const parts = text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter(Boolean);
  const found = parts.map((part) => /^([^=]+)=(.*)$/.exec(part));
  if (found.includes(null)) return null;
  return Object.fromEntries(found.map((one) => [one![1]!.trim(), one![2]!.trim()]));
}

export const schema = z.object({
  dataset_id: z.string().check(z.minLength(1, "Choose the dataset to train on.")),
  base_model: z.string().check(z.minLength(1, "Write small, a hub id, or a folder.")),
  model_name: z
    .string()
    .check(
      z.minLength(1, "Give the result a name."),
      z.regex(/^[\w.-]*$/, "Use letters, digits, dots, dashes and underscores."),
    ),
  config: z.string().check((context) => {
    const fault = faultOf(context.value);
    if (fault) context.issues.push({ code: "custom", message: fault, input: context.value });
  }),
  device: z.enum(DEVICES),
  memory: z.string().check(z.regex(/^\s*\d*\.?\d*\s*$/, "Write GiB as a number, e.g. 1.5, or nothing.")),
  labels: z.string().check(z.refine((text) => labelsOf(text) !== null, "Write name=text, with commas in between.")),
});
export type Fields = z.infer<typeof schema>;

export function newRun({ device, memory, labels, config, ...fields }: Fields): NewRun {
  return {
    ...fields,
    config: JSON.parse(config.trim() || "{}") as Record<string, unknown>,
    needs: { device, memory: Math.round((Number(memory) || 0) * GIB) },
    labels: labelsOf(labels) ?? {},
  };
}

const SECTIONS = /^(config|seed|threads|reward|checkpoint_every|model|warm_start|grpo|evaluation)(\.|$)/;

/** The field of the form that a refusal of the studio speaks of; undefined for none of them. */
export function fieldOf(field: string | undefined): keyof Fields | undefined {
  if (field === "dataset_id" || field === "base_model" || field === "model_name") return field;
  if (field === "needs.device") return "device";
  if (field === "needs.memory") return "memory";
  if (field?.startsWith("labels")) return "labels";
  return field && SECTIONS.test(field) ? "config" : undefined;
}
