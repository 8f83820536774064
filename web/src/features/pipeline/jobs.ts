import type { JobAttributes } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { pathTo } from "@/shared/ui/places";
import { duration } from "@/shared/ui/time";

/** Where the thing that a job makes is looked at. `id` is `kind/id`. */
export const pathOf = (kind: JobAttributes["kind"], id: string): string => pathTo(kind, id.slice(id.indexOf("/") + 1));

export const KINDS: Record<JobAttributes["kind"], string> = {
  document: "Reading a document",
  batch: "Generating samples",
  curation: "Curating samples",
  dataset: "Freezing a dataset",
  run: "Training",
  deployment: "Trial of a version",
};

/** `120 of 700 samples`, `40 of 100 steps (grpo)`. */
export function doneOf(job: JobAttributes): string {
  const phase = job.phase ? ` (${job.phase.replaceAll("_", " ")})` : "";
  if (job.total == null) return job.done ? `${whole(job.done)} ${job.unit}${phase}` : phase.trim();
  return `${whole(job.done)} of ${whole(job.total)} ${job.unit}${phase}`;
}

/** What came of a job that has ended: `700 samples`. */
export function madeOf(job: JobAttributes): string {
  if (job.kind === "document" || job.kind === "deployment" || !job.done) return "";
  return `${whole(job.done)} ${job.unit}`;
}

/** Time to the end, counted down since the answer came; empty where nobody can know. */
export function leftOf(job: JobAttributes, answered: number, now: number): string {
  if (job.eta_seconds == null || !job.active) return "";
  const left = Math.max(0, job.eta_seconds - Math.max(0, now - answered) / 1000);
  return left < 1 ? "nearly done" : `about ${duration(left)} left`;
}
