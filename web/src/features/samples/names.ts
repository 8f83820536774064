/** Words for batches, curations and samples, and the view as a command. */
import type { BatchResource, CurationResource, SampleAttributes } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";
import { whole } from "@/shared/ui/numbers";
import { long } from "@/shared/ui/time";
import type { Scope } from "./scope";

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

/** The nearest thing on the command line: what the rule keeps, or the samples of a batch. */
export function commandOf(scope: Scope, rule: string, id?: string): string {
  if (id) return `studio lineage sample ${shell(id)}`;
  if (scope.curationId && rule) return `studio curate ${shell(scope.curationId)} --what-if ${shell(rule)}`;
  const subject = scope.batchId ? ` --subject ${shell(scope.batchId)}` : " --after begin";
  return `studio events tail --topic studio.generation.samples${subject}`;
}
