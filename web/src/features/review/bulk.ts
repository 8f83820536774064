/** One decision about all samples that a filter takes. */
import type { BulkReview, SampleFilter } from "@/shared/api";

export interface Wish {
  decision: BulkReview["decision"];
  rule: "any" | "kept" | "dropped";
  kind: string;
  document: string;
  scorer: string;
  low: number | null;
  high: number | null;
  text: string;
  unreviewed: boolean;
}

export const START: Wish = {
  decision: "drop",
  rule: "any",
  kind: "",
  document: "",
  scorer: "",
  low: null,
  high: null,
  text: "",
  unreviewed: true,
};

/** The filter of the request; what is left open is left out. */
export function filterOf(wish: Wish): SampleFilter {
  return {
    ...(wish.rule !== "any" && { kept: wish.rule === "kept" }),
    ...(wish.kind && { kind: wish.kind }),
    ...(wish.document && { document_id: wish.document }),
    ...(wish.scorer && { scorer: wish.scorer }),
    ...(wish.scorer && wish.low !== null && { low: wish.low }),
    ...(wish.scorer && wish.high !== null && { high: wish.high }),
    ...(wish.text.trim() && { text: wish.text.trim() }),
    unreviewed: wish.unreviewed,
  };
}

/** Whether the filter takes everything: then it is asked about twice. */
export const takesAll = (wish: Wish): boolean => Object.keys(filterOf(wish)).length === 1;

export const bodyOf = (curation: string, wish: Wish, reason: string, dry: boolean): BulkReview => ({
  curation_id: curation,
  decision: wish.decision,
  filter: filterOf(wish),
  reason: reason.trim(),
  dry_run: dry,
});
