import { useCallback, useEffect, useRef, useState } from "react";
import { pagesOf } from "@/shared/api/pages";
import { connection, useFeed } from "@/shared/live/live";
import { hasGap, merged, stepOf, type Step } from "./steps";

export interface Loaded {
  steps: Step[];
  /** Whether all pages are there. */
  whole: boolean;
  error?: unknown;
}

const NOTHING: Loaded = { steps: [], whole: false };
const GATHER = 250; // milliseconds in which live steps are gathered into one drawing
const REPAIR = 3000;

/** All steps of some runs, page by page, and those that are recorded from now on. */
export function useSteps(ids: readonly string[]): { of: (id: string) => Loaded; again: () => void } {
  const [loaded, setLoaded] = useState<Record<string, Loaded>>({});
  const [turn, setTurn] = useState(0);
  const repaired = useRef(0);
  const waiting = useRef<Step[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const again = useCallback(() => setTurn((old) => old + 1), []);
  const key = ids.join(",");

  const add = useCallback((id: string, more: readonly Step[], change: Partial<Loaded> = {}) => {
    setLoaded((old) => {
      const known = old[id] ?? NOTHING;
      return { ...old, [id]: { ...known, ...change, steps: more.length ? merged(known.steps, more) : known.steps } };
    });
  }, []);

  useEffect(() => {
    const stopper = new AbortController();
    const read = async (id: string) => {
      try {
        for await (const page of pagesOf<Step>(`/api/v1/runs/${encodeURIComponent(id)}/steps`, stopper.signal))
          add(id, page);
        add(id, [], { whole: true, error: undefined });
      } catch (error) {
        if (!stopper.signal.aborted) add(id, [], { error });
      }
    };
    for (const id of key ? key.split(",") : []) void read(id);
    return () => stopper.abort();
  }, [key, turn, add]);

  useFeed(
    { topics: ["studio.training.steps"], types: ["StepRecorded"], subjects: key ? key.split(",") : ["none"] },
    (entry) => {
      const step = stepOf(entry);
      if (step) waiting.current.push(step);
      timer.current ??= setTimeout(() => {
        timer.current = null;
        const gathered = waiting.current.splice(0);
        for (const id of new Set(gathered.map((one) => one.run_id)))
          add(
            id,
            gathered.filter((one) => one.run_id === id),
          );
      }, GATHER);
    },
  );
  useEffect(() => connection.onReset(again), [again]);
  useEffect(() => {
    // The feed was ahead of the view that was read: what is missing in between is there a moment later.
    if (!Object.values(loaded).some((one) => one.whole && hasGap(one.steps)) || repaired.current > 3) return;
    repaired.current += 1;
    const later = setTimeout(again, REPAIR);
    return () => clearTimeout(later);
  }, [loaded, again]);
  return { of: (id) => loaded[id] ?? NOTHING, again };
}
