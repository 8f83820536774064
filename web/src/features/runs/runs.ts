/** What a run says about itself, out of what the API answers. */
import type { DatasetResource, RunAttributes, RunResource } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";

export type Run = RunResource;
export const STATES = ["pending", "running", "paused", "lost", "completed", "failed", "cancelled"] as const;
export type RunState = (typeof STATES)[number];

export const isOpen = (run: Pick<RunAttributes, "status">): boolean =>
  ["pending", "running", "paused", "lost"].includes(run.status);

/** Seconds from the claim to the end, or to now; null before the claim. */
export function secondsOf(run: RunAttributes, now: number): number | null {
  if (!run.claimed_at) return null;
  const end = run.ended_at ? new Date(run.ended_at).getTime() : now;
  return Math.max(0, (end - new Date(run.claimed_at).getTime()) / 1000);
}

/** `answers · 3bba5e5e`: a name that people can tell apart. */
export const nameOf = (run: Run): string => `${run.attributes.model_name || "run"} · ${shortOf(run.id)}`;
export const shortOf = (id: string): string => id.slice(0, 8);

/** What its training begins with, in words. */
export function originOf(run: Pick<RunAttributes, "base_model" | "parent_run" | "parent_step">): string {
  if (run.parent_run) return `fork of ${shortOf(run.parent_run)} after step ${run.parent_step}`;
  return run.base_model ? `from ${run.base_model}` : "a loop outside";
}

/** `answers 1.1.0` of a dataset; the short id where it is not known. */
export function datasetName(datasets: readonly DatasetResource[] | undefined, id: string): string {
  const found = datasets?.find((one) => one.id === id)?.attributes;
  return found ? `${found.name} ${found.version ?? ""}`.trim() : shortOf(id);
}

/** Runs that carry `text` in their name, id, base model, dataset or trainer. */
export function matching(runs: readonly Run[], text: string, dataset: (id: string) => string): Run[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [...runs];
  return runs.filter(({ id, attributes: run }) =>
    [id, run.model_name, run.base_model, run.trainer, dataset(run.dataset_id)].some((one) =>
      one?.toLowerCase().includes(wanted),
    ),
  );
}

export function listCommand(status: string, label = "", parent = ""): string {
  const flags = { "--status": status, "--label": label, "--forks-of": parent };
  const words = Object.entries(flags).flatMap(([flag, value]) => (value ? [flag, value] : []));
  return ["studio", "runs", "list", ...words].map(shell).join(" ");
}
export const showCommand = (id: string): string => `studio runs show ${shell(id)}`;

/** What a form says of a run that is to be asked for. */
export interface Asked {
  dataset_id?: string;
  model_name?: string;
  base_model?: string;
  config?: string;
  device?: string;
  memory?: string;
  labels?: string;
}

/** The command that asks for the same run. */
export function trainCommand(asked: Asked): string {
  const words = ["studio", "train", asked.dataset_id || "DATASET", "--model", asked.model_name || "NAME"];
  if (asked.base_model && asked.base_model !== "small") words.push("--base", asked.base_model);
  for (const [name, value] of settings(asked.config ?? "")) words.push("--set", `${name}=${value}`);
  if (asked.device && asked.device !== "any") words.push("--device", asked.device);
  if (asked.memory?.trim()) words.push("--memory", asked.memory.trim());
  for (const label of (asked.labels ?? "").split(/[,\n]/)) if (label.trim()) words.push("--label", label.trim());
  return words.map(shell).join(" ");
}

/** Leaves of a JSON text as `grpo.steps` and value; none where it is no JSON object. */
export function settings(text: string): [string, string][] {
  try {
    return leaves(JSON.parse(text || "{}"));
  } catch {
    return [];
  }
}

export function leaves(value: unknown, path = ""): [string, string][] {
  if (value && typeof value === "object" && !Array.isArray(value))
    return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path ? `${path}.${name}` : name));
  return path ? [[path, typeof value === "string" ? value : JSON.stringify(value)]] : [];
}
