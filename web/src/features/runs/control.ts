/** What can be done with a run: why not now, what a form says, and the same as a command. */
import type { AdjustmentAttributes, Changes, Needs, RunAttributes } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";
import { size } from "@/shared/ui/numbers";
import { leaves } from "./runs";

export const CHANGES = [
  { name: "learning_rate", label: "Learning rate", hint: "The base rate, which the schedule scales." },
  { name: "kl_target", label: "KL target", hint: "Of the adaptive controller, nats per token." },
  { name: "kl_coefficient", label: "KL coefficient", hint: "Weight of the penalty." },
] as const;
export type Change = (typeof CHANGES)[number]["name"];
export type Texts = Partial<Record<Change, string>>;

type Status = Pick<RunAttributes, "status">;
const ENDED: readonly string[] = ["completed", "failed", "cancelled"];

/** Why the run cannot be paused, changed or cancelled; empty where it can. */
export const whyEnded = ({ status }: Status): string => (ENDED.includes(status) ? `The run is ${status}.` : "");
/** Why there is nothing to fork from yet. */
export const whyNoFork = (last: number): string => (last ? "" : "It has made no step of GRPO yet.");

/** The setting as it is now: as it was asked, then changed while it trained. */
export function settingNow(
  name: Change,
  config: Record<string, unknown>,
  adjustments: readonly Pick<AdjustmentAttributes, "changes">[],
): number | null {
  const asked = leaves(config).find(([path]) => path === `grpo.${name}`)?.[1];
  const changed = adjustments.map((one) => one.changes[name]).filter((value) => value !== undefined);
  return changed.at(-1) ?? (asked === undefined ? null : Number(asked));
}

/** The numbers in a form, and what is wrong with its texts; an empty text leaves the setting as it is. */
export function changesOf(texts: Texts): { changes: Changes; faults: Texts } {
  const changes: Changes = {};
  const faults: Texts = {};
  for (const { name } of CHANGES) {
    const text = (texts[name] ?? "").trim();
    const value = Number(text);
    if (!text) continue;
    if (!Number.isFinite(value)) faults[name] = "Write a number, e.g. 0.0001.";
    else changes[name] = value;
  }
  return { changes, faults };
}

/** `0.0001` of a learning rate and so on, in one line. */
export const spokenChanges = (changes: Record<string, number>): string =>
  Object.entries(changes)
    .map(([name, value]) => `${CHANGES.find((one) => one.name === name)?.label ?? name} ${value}`)
    .join(", ");

/** What a trainer must have, in words; empty where any will do. */
export function spokenNeeds(needs: Partial<Needs> | Record<string, unknown> | undefined): string {
  const { device, memory } = (needs ?? {}) as Partial<Needs>;
  const words = [device && device !== "any" ? device : "", memory ? `${size(memory)} free` : ""].filter(Boolean);
  return words.join(", ");
}

export const pauseCommand = (id: string, reason: string): string =>
  ["studio", "runs", "pause", id, ...(reason.trim() ? ["--reason", reason.trim()] : [])].map(shell).join(" ");

export function adjustCommand(id: string, texts: Texts): string {
  const flags = CHANGES.flatMap(({ name }) => {
    const text = (texts[name] ?? "").trim();
    return text ? [`--${name.replaceAll("_", "-")}`, text] : [];
  });
  return ["studio", "runs", "adjust", id, ...flags].map(shell).join(" ");
}

export function forkCommand(id: string, step: number, settings: readonly [string, string][], model: string): string {
  const words = ["studio", "runs", "fork", id, "--step", String(step)];
  if (model) words.push("--model", model);
  for (const [name, value] of settings) words.push("--set", `${name}=${value}`);
  return words.map(shell).join(" ");
}
