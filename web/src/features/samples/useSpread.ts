import { useSamplesSpreadOfQuery, type ScorerAttributes } from "@/shared/api";
import type { Filters } from "./useFilters";

const BINS = 50;

/** The score that says most: the one with the widest range. */
export function widest(scorers: readonly ScorerAttributes[]): string {
  const range = (one: ScorerAttributes) => (one.max ?? 0) - (one.min ?? 0);
  return scorers.reduce<ScorerAttributes | null>((best, one) => (best && range(best) >= range(one) ? best : one), null)
    ?.name ?? "";
}

/** How the chosen score is spread; without a choice the one that says most. */
export function useSpread({ scope, wanted, ready }: Filters) {
  const of = { curationId: scope.curationId, batchId: scope.curationId ? undefined : scope.batchId, bins: BINS };
  const skip = !ready || !(scope.curationId || scope.batchId);
  // Without a curation nothing but the generator's own quality is known.
  const asked = scope.curationId || wanted.scorer === "quality" ? wanted.scorer : "";
  const first = useSamplesSpreadOfQuery(of, { skip: skip || !!asked });
  const scorer = asked || widest(first.currentData?.data.attributes.scorers ?? []);
  const second = useSamplesSpreadOfQuery({ ...of, scorer }, { skip: skip || !scorer });
  const query = scorer ? second : first;
  const data = query.currentData ?? (query.isFetching ? query.data : undefined);
  return { scorer, found: data?.data.attributes, error: query.error, retry: () => void query.refetch(), skipped: skip };
}
