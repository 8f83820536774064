import { z } from "zod/mini";
import type { NewBatch } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";

const number = (low: number, high: number, message: string) =>
  z.number(message).check(z.minimum(low, message), z.maximum(high, message));

/** What a person says about the samples they want. */
export const schema = z
  .object({
    method: z.enum(["extractive", "endpoint"]),
    count: number(1, 100_000, "Write a number from 1 to 100,000.").check(z.multipleOf(1, "Write a whole number.")),
    quality: number(0, 1, "Write a number from 0 to 1."),
    seed: z.number("Write a whole number.").check(z.multipleOf(1, "Write a whole number.")),
    endpoint: z.string(),
    model: z.string(),
    template: z.string(),
    temperature: number(0, 2, "Write a number from 0 to 2."),
  })
  .check(
    z.refine((it) => it.method !== "endpoint" || /^(https?:\/\/\S+|transformers:)$/.test(it.endpoint.trim()), {
      path: ["endpoint"],
      message: "Write the address of an OpenAI-compatible server, e.g. http://127.0.0.1:11434/v1, or transformers:.",
    }),
  );
export type Wish = z.infer<typeof schema>;

export const START: Wish = {
  method: "extractive",
  count: 200,
  quality: 0,
  seed: 0,
  endpoint: "",
  model: "",
  template: "",
  temperature: 0,
};

/** The request for it. What only a model needs is left out where none is used. */
export function batchOf(documents: readonly string[], wish: Wish): NewBatch {
  const common = { documents: [...documents], count: wish.count, quality_threshold: wish.quality, seed: wish.seed };
  if (wish.method === "extractive") return { ...common, method: "extractive" };
  const { model, template, temperature } = wish;
  return {
    ...common,
    method: "endpoint",
    endpoint: wish.endpoint.trim(),
    model: model.trim(),
    template: template.trim() ? template : "",
    temperature,
  };
}

/** The same on the command line. */
export function generateCommand(documents: readonly string[], wish: Wish): string {
  const words = ["studio", "generate", ...documents.map(shell), "--count", String(wish.count)];
  if (wish.quality) words.push("--quality", String(wish.quality));
  if (wish.seed) words.push("--seed", String(wish.seed));
  if (wish.method === "endpoint") {
    words.push("--endpoint", shell(wish.endpoint.trim()));
    if (wish.model) words.push("--model", shell(wish.model.trim()));
    if (wish.template) words.push("--template", shell(wish.template));
    if (wish.temperature) words.push("--temperature", String(wish.temperature));
  }
  return words.join(" ");
}
