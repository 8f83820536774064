import { useCurationIndexQuery, useGenerationIndexQuery } from "@/shared/api";
import { useUrl } from "@/shared/ui/useUrl";
import { parseThresholds } from "./rule";
import { argsOf, scopeOf, type Wanted } from "./scope";

/** What the URL asks for, made into a list of samples. */
export function useFilters() {
  const { get, number, set, text } = useUrl();
  const batches = useGenerationIndexQuery({ limit: 500 });
  const curations = useCurationIndexQuery({ limit: 500 });
  const wanted: Wanted = {
    batch: get("batch"),
    curation: get("curation"),
    document: get("document"),
    kind: get("kind"),
    state: get("state"),
    q: get("q"),
    scorer: get("scorer"),
    min: number("min"),
    max: number("max"),
    sort: get("sort"),
  };
  const scope = scopeOf(wanted, batches.data?.data ?? [], curations.data?.data ?? []);
  const ready = batches.isSuccess && curations.isSuccess;
  const failed = batches.isError ? batches : curations.isError ? curations : null;
  return {
    wanted,
    set,
    text,
    scope,
    ready,
    error: failed?.error,
    retry: () => void failed?.refetch(),
    args: argsOf(wanted, scope),
    thresholds: parseThresholds(get("thresholds")),
    /** Whether the histogram is put away. */
    folded: get("scores") === "hidden",
    /** Whether the same sample stays open after a decision. */
    stay: get("stay") === "true",
    batches: batches.data?.data ?? [],
    curations: curations.data?.data ?? [],
    curation: curations.data?.data.find((one) => one.id === scope.curationId),
    nothing: ready && !batches.data?.data.length,
  };
}

export type Filters = ReturnType<typeof useFilters>;

/** Whether the list is narrowed within its batch or curation. */
export const isNarrowed = ({ document, kind, state, q, min, max }: Wanted): boolean =>
  !!(document || kind || state || q || min !== undefined || max !== undefined);

export const WIDE = { document: null, kind: null, state: null, q: null, min: null, max: null, row: null } as const;
