/** Words and comparisons of dataset versions. */
import type { CurationResource, DatasetAttributes, DatasetResource } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";
import { percent, whole } from "@/shared/ui/numbers";

export const nameOf = (it: Pick<DatasetAttributes, "name" | "version">): string =>
  it.version ? `${it.name} ${it.version}` : it.name;

export const STATUSES = ["requested", "frozen", "refused"] as const;
export type Status = (typeof STATUSES)[number];
export const statusOf = (text: string): Status | undefined => STATUSES.find((one) => one === text);

export const listCommand = (status: string): string =>
  statusOf(status) ? `studio dataset list --status ${status}` : "studio dataset list";

/** Where the held-out part really begins: the fraction is of sections, rows follow. */
export interface Part {
  name: "train" | "held-out";
  rows: number;
  sections: number;
  share: number;
}

export function partsOf(it: DatasetAttributes): Part[] {
  const all = (it.train_rows ?? 0) + (it.heldout_rows ?? 0) || 1;
  const part = (name: Part["name"], rows = 0, sections = 0) => ({ name, rows, sections, share: rows / all });
  return [
    part("train", it.train_rows ?? 0, it.train_sections ?? 0),
    part("held-out", it.heldout_rows ?? 0, it.heldout_sections ?? 0),
  ];
}

export const droppedOf = (it: DatasetAttributes): number => (it.dropped ?? []).reduce((sum, one) => sum + one.count, 0);

/** The rule that was really applied: the dataset's own, else the curation's. */
export const ruleOf = (it: DatasetAttributes, curation: CurationResource | undefined): string =>
  it.rule || (curation?.attributes.rule ?? "");

/** The version of the same name that was frozen before this one; the list is newest first. */
export function before(one: DatasetResource, all: readonly DatasetResource[]): DatasetResource | undefined {
  const same = all.filter((other) => other.attributes.name === one.attributes.name && other.attributes.version);
  return same[same.findIndex((other) => other.id === one.id) + 1];
}

export interface Difference {
  what: string;
  left: string;
  right: string;
  same: boolean;
}

/** Two versions, line by line. */
export function differences(
  left: DatasetAttributes,
  right: DatasetAttributes,
  rules: readonly [string, string],
): Difference[] {
  const lines: [string, (it: DatasetAttributes, side: 0 | 1) => string][] = [
    ["State", (it) => it.status],
    ["Rows to train on", (it) => whole(it.train_rows)],
    ["Rows held out", (it) => whole(it.heldout_rows)],
    ["Sections to train on", (it) => whole(it.train_sections)],
    ["Sections held out", (it) => whole(it.heldout_sections)],
    ["Held-out fraction asked for", (it) => percent(it.heldout_fraction ?? 0)],
    ["Seed of the split", (it) => String(it.seed ?? 0)],
    ["Rule", (_it, side) => rules[side] || "none: everything is kept"],
    ["Reward", (it) => JSON.stringify(it.reward ?? {})],
    ["Merkle root", (it) => it.merkle_root ?? "none yet"],
  ];
  const reasons = [left, right].flatMap((it) => (it.dropped ?? []).map((one) => one.reason));
  for (const reason of new Set(reasons))
    lines.push([
      `Left out: ${reason}`,
      (it) => whole(it.dropped?.find((one) => one.reason === reason)?.count ?? 0),
    ]);
  return lines.map(([what, read]) => {
    const [one, other] = [read(left, 0), read(right, 1)];
    return { what, left: one, right: other, same: one === other };
  });
}

export const FORMATS = {
  parquet: { name: "Parquet", end: "parquet", hint: "all columns; one split alone is the frozen file itself" },
  hf: { name: "Hugging Face", end: "zip", hint: "README.md with the data card and data/*.parquet, zipped" },
  jsonl: { name: "JSONL", end: "jsonl", hint: "prompt, completion, reward and origin, one line a row" },
  openai: { name: "OpenAI chat", end: "openai.jsonl", hint: "messages of user and assistant, as fine-tuning takes them" },
  chat: { name: "Chat", end: "chat.jsonl", hint: "messages of user and assistant, one line a row" },
  alpaca: { name: "Alpaca", end: "alpaca.jsonl", hint: "instruction, input and output" },
  sharegpt: { name: "ShareGPT", end: "sharegpt.jsonl", hint: "conversations from human and gpt" },
  trl: { name: "TRL", end: "trl.jsonl", hint: "columns of GRPO, with the reward specification" },
  preference: { name: "Preference", end: "preference.jsonl", hint: "prompt, chosen, rejected; needs such pairs" },
  conversations: { name: "Conversations", end: "conversations.jsonl", hint: "of several turns; needs such samples" },
} as const;
export type Format = keyof typeof FORMATS;
export type Split = "train" | "heldout" | "all";

export function fileName(it: Pick<DatasetAttributes, "name" | "version">, split: Split, format: Format): string {
  return `${it.name}-${it.version ?? "0"}-${split}.${FORMATS[format].end}`;
}

export const exportPath = (id: string, split: Split, format: Format): string =>
  `/api/v1/datasets/${encodeURIComponent(id)}/export?split=${split}&format=${format}`;

export const showCommand = (id: string): string => `studio dataset show ${shell(id)}`;
