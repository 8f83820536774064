import { useEffect, useState } from "react";
import { useLazyDatasetsRowsQuery, type DatasetRowResource } from "@/shared/api";

const PAGE = 500; // the most that one answer has
interface Held {
  key: string;
  rows: DatasetRowResource[];
  next: string | null;
  error: unknown;
}

/** Rows of a split in the order of the file: read on from where they end, as far as they are wanted. */
export function useRowPages(id: string, split: "train" | "heldout") {
  const key = `${id}/${split}`;
  const fresh: Held = { key, rows: [], next: "", error: null };
  const [held, setHeld] = useState<Held>(fresh);
  const [wanted, setWanted] = useState(0);
  const [read] = useLazyDatasetsRowsQuery();
  const now = held.key === key ? held : fresh;
  const { next, error } = now;
  const missing = next !== null && !error && now.rows.length <= wanted;
  useEffect(() => {
    if (!missing || next === null) return;
    let stopped = false;
    read({ id, split, limit: PAGE, cursor: next || undefined }, true)
      .unwrap()
      .then((page) => {
        if (stopped) return;
        const add = (old: Held) => [...(old.key === key ? old.rows : []), ...page.data];
        setHeld((old) => ({ key, rows: add(old), next: page.meta?.next_cursor ?? null, error: null }));
      })
      .catch((reason: unknown) => {
        if (!stopped) setHeld((old) => ({ ...(old.key === key ? old : { ...fresh, key }), error: reason }));
      });
    return () => {
      stopped = true;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [missing, next, key]);
  return {
    rows: now.rows,
    error,
    retry: () => setHeld({ ...now, error: null }),
    want: (last: number) => setWanted((old) => Math.max(old, last)),
    done: next === null,
  };
}
