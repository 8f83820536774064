import { useCurationIndexQuery, useCurationShowQuery, useGenerationIndexQuery } from "@/shared/api";
import { failureOf, isGone } from "@/shared/api/failure";
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
  // The one that is asked for may be too new, or too old, for the list.
  const asked = useCurationShowQuery({ id: wanted.curation }, { skip: !wanted.curation });
  const one = asked.currentData?.data;
  const listed = curations.data?.data ?? [];
  const known = one ? [one, ...listed.filter((other) => other.id !== one.id)] : listed;
  const scope = scopeOf(wanted, batches.data?.data ?? [], known);
  const ready = batches.isSuccess && curations.isSuccess && (!wanted.curation || !!one);
  const failed = [batches, curations, asked].find((query) => query.isError);
  return {
    wanted,
    set,
    text,
    scope,
    ready,
    error: failed?.error,
    retry: () => void failed?.refetch(),
    missing: asked.isError && isGone(failureOf(asked.error)),
    args: argsOf(wanted, scope),
    thresholds: parseThresholds(get("thresholds")),
    /** Whether the histogram is put away. */
    folded: get("scores") === "hidden",
    /** Whether the same sample stays open after a decision. */
    stay: get("stay") === "true",
    batches: batches.data?.data ?? [],
    curations: known,
    curation: known.find((other) => other.id === scope.curationId),
    nothing: ready && !batches.data?.data.length,
  };
}

export type Filters = ReturnType<typeof useFilters>;

/** Whether the list is narrowed within its batch or curation. */
export const isNarrowed = ({ document, kind, state, q, min, max }: Wanted): boolean =>
  !!(document || kind || state || q || min !== undefined || max !== undefined);

export const WIDE = { document: null, kind: null, state: null, q: null, min: null, max: null, row: null } as const;
