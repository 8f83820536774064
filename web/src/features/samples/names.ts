/** Words for batches, curations and samples, and the view as a command. */
import type { BatchResource, CurationResource, SampleAttributes } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";
import { whole } from "@/shared/ui/numbers";
import { long } from "@/shared/ui/time";
import type { Scope, Wanted } from "./scope";

const when = (text: string | null | undefined): string => (text ? long(text).replace(/:\d\d [^ ]+$/, "") : "");
const brief = (id: string): string => id.slice(0, 8);

export function batchName({ id, attributes: it }: BatchResource): string {
  const done = it.status === "finished" ? "" : `, ${it.status}`;
  return `${whole(it.delivered ?? it.samples)} samples, ${it.method ?? ""}${done} · ${when(it.created_at)} · ${brief(id)}`;
}

export function curationName({ id, attributes: it }: CurationResource): string {
  const result = it.status === "finished" ? `${whole(it.kept)} of ${whole(it.samples)} kept` : it.status;
  return `${result} · ${when(it.created_at)} · ${brief(id)}`;
}

/** What holds for a sample now: a person's decision comes before the rule. */
export function verdictOf(it: Pick<SampleAttributes, "kept" | "review">): "kept" | "dropped" | "undecided" {
  if (it.review) return it.review.decision === "keep" ? "kept" : "dropped";
  return it.kept === true ? "kept" : it.kept === false ? "dropped" : "undecided";
}

/** The view on the command line: one sample, what a rule keeps, or the list. */
export function commandOf(wanted: Wanted, scope: Scope, rule: string, id?: string): string {
  if (id) return `studio lineage sample ${shell(id)}`;
  if (scope.curationId && rule) return `studio curate ${shell(scope.curationId)} --what-if ${shell(rule)}`;
  return listCommand(wanted, scope);
}

/** It has no words for reviews and for the bounds of a score. */
function listCommand({ document, kind, state, q }: Wanted, { batchId, curationId }: Scope): string {
  const words = ["studio", "samples", "list"];
  if (curationId) words.push("--curation", curationId);
  else if (batchId) words.push("--batch", batchId);
  if (document) words.push("--document", document);
  if (kind) words.push("--kind", kind);
  if (curationId && (state === "kept" || state === "dropped")) words.push(`--${state}`);
  if (q) words.push("--text", q);
  return words.map(shell).join(" ");
}
