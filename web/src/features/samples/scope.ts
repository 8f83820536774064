/** Which samples the page is about: those of a batch, of a curation, of a document, or all. */
import type { BatchResource, CurationResource, SamplesIndexApiArg } from "@/shared/api";

/** What stands in the URL. */
export interface Wanted {
  batch: string;
  curation: string;
  document: string;
  kind: string;
  state: string;
  q: string;
  scorer: string;
  min?: number;
  max?: number;
  sort: string;
}

export interface Scope {
  batchId?: string;
  curationId?: string;
  /** A curation that was asked for and is not finished yet. */
  pending?: CurationResource;
  /** Nothing was asked for: the newest batch was taken. */
  byDefault: boolean;
}

const COUNTED = new Set(["running", "finished", "failed", "cancelled"]);

/** Whether only a curation knows what is asked for: what its rule kept, and every score but the generator's. */
export const needsCuration = ({ state, scorer }: Pick<Wanted, "state" | "scorer">): boolean =>
  state === "kept" || state === "dropped" || (scorer !== "" && scorer !== "quality");

/** Without a wish it is the newest batch, by its last finished curation where there is one. */
export function scopeOf(
  wanted: Pick<Wanted, "batch" | "curation" | "document" | "state" | "scorer">,
  batches: readonly BatchResource[],
  curations: readonly CurationResource[],
): Scope {
  if (wanted.curation) {
    const found = curations.find((one) => one.id === wanted.curation);
    if (!found || found.attributes.status === "finished") return { curationId: wanted.curation, byDefault: false };
    const batchId = found.attributes.batches?.[0];
    return { batchId, curationId: batchId && lastFinished(batchId, curations)?.id, pending: found, byDefault: false };
  }
  if (wanted.batch === "all" || (!wanted.batch && wanted.document)) return { byDefault: false };
  const curated = needsCuration(wanted) ? batches.find((one) => lastFinished(one.id, curations)) : undefined;
  const newest = curated ?? batches.find((one) => COUNTED.has(one.attributes.status)) ?? batches[0];
  const batchId = wanted.batch || newest?.id;
  return { batchId, curationId: batchId && lastFinished(batchId, curations)?.id, byDefault: !wanted.batch };
}

/** The newest finished curation of a batch; `curations` are newest first. */
export const lastFinished = (batch: string, curations: readonly CurationResource[]): CurationResource | undefined =>
  curations.find((one) => one.attributes.status === "finished" && one.attributes.batches?.includes(batch));

export const STATES = ["kept", "dropped", "unreviewed", "keep", "drop"] as const;
const SORTS = ["created", "-created", "score", "-score"] as const;

/** The arguments of the list; what the URL has wrong is left out. */
export function argsOf(wanted: Wanted, scope: Scope): SamplesIndexApiArg {
  const state = STATES.find((one) => one === wanted.state);
  const sort = SORTS.find((one) => one === wanted.sort);
  const scorer = wanted.scorer || undefined;
  const byScore = scorer !== undefined && (wanted.min !== undefined || wanted.max !== undefined || isByScore(sort));
  return {
    batchId: scope.batchId,
    curationId: scope.curationId,
    documentId: wanted.document || undefined,
    kind: wanted.kind || undefined,
    state,
    q: wanted.q || undefined,
    scorer: byScore ? scorer : undefined,
    min: byScore ? wanted.min : undefined,
    max: byScore ? wanted.max : undefined,
    sort: isByScore(sort) && !byScore ? undefined : sort,
  };
}

const isByScore = (sort: string | undefined): boolean => !!sort?.endsWith("score");

/** The next order when the head of a column is pressed: falling, rising, as it was. */
export function nextSort(sort: string, column: "created" | "score"): string {
  if (sort === `-${column}`) return column;
  return sort === column ? "" : `-${column}`;
}
