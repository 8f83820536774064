import { useCallback, useEffect, useState } from "react";
import { pagesOf } from "@/shared/api/pages";
import { connection, useFeed } from "@/shared/live/live";
import { merged, windowOf, type Window } from "./windows";

/** Pages that are read at first; the rest on request. */
const PAGES = 10;

export interface Loaded {
  windows: Window[];
  loading: boolean;
  /** Whether there are older ones that were not read. */
  more: boolean;
  error?: unknown;
  readAll: () => void;
  again: () => void;
}

/** The newest windows of a deployment, and those that come from now on. */
export function useWindows(name: string): Loaded {
  const [windows, setWindows] = useState<Window[]>([]);
  const [state, setState] = useState<{ loading: boolean; more: boolean; error?: unknown }>({
    loading: true,
    more: false,
  });
  const [wanted, setWanted] = useState({ pages: PAGES, turn: 0 });
  useEffect(() => {
    const stopper = new AbortController();
    const read = async () => {
      let pages = 0;
      setState((old) => ({ ...old, loading: true, error: undefined }));
      for await (const page of pagesOf<Window>(
        `/api/v1/deployments/${encodeURIComponent(name)}/windows`,
        stopper.signal,
      )) {
        setWindows((old) => merged(old, page));
        pages += 1;
        if (pages < wanted.pages) continue;
        return setState({ loading: false, more: true });
      }
      setState({ loading: false, more: false });
    };
    read().catch((error: unknown) => {
      if (!stopper.signal.aborted) setState({ loading: false, more: false, error });
    });
    return () => stopper.abort();
  }, [name, wanted]);
  useFeed({ topics: ["studio.metrics.windows"], types: ["OutcomeWindow"] }, (entry) => {
    const window = windowOf(entry);
    if (window?.deployment === name) setWindows((old) => merged(old, [window]));
  });
  const again = useCallback(() => setWanted((old) => ({ ...old, turn: old.turn + 1 })), []);
  const readAll = useCallback(() => setWanted((old) => ({ pages: Infinity, turn: old.turn + 1 })), []);
  useEffect(() => connection.onReset(again), [again]);
  return { windows, ...state, readAll, again };
}
