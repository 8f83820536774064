import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLazyEventsIndexQuery } from "@/shared/api";
import { connection, useFeed } from "@/shared/live/live";
import { ofEntry, ofResource, type Event, type Filters } from "./events";
import { countOf, EMPTY, MOST, rowsOf, waiting, withLive, withMissed, withPage, type Tail } from "./tail";
import { liveTopics } from "./topics";

const PAGE = 200;
const LAG = 2000; // milliseconds after which the list has what it lacked at first
const FRAME = 100; // milliseconds between two drawings of what came live

/** The log as it grows, and back in time as far as somebody scrolls. `held`: what comes waits and is counted. */
export function useTail(filters: Filters, held: boolean) {
  const { topic, type, subject, correlation } = filters;
  const key = JSON.stringify([topic, type, subject, correlation]);
  const [state, setState] = useState<{ key: string; tail: Tail; error: unknown }>({ key, tail: EMPTY, error: null });
  const now = useMemo(() => (state.key === key ? state : { key, tail: EMPTY, error: null }), [state, key]);
  const [queue, setQueue] = useState<{ key: string; events: readonly Event[]; count: number }>(NONE);
  const [read] = useLazyEventsIndexQuery();
  const reading = useRef("");

  const change = useCallback(
    (next: (tail: Tail) => Tail, error: unknown = null) =>
      setState((old) => ({ key, tail: next(old.key === key ? old.tail : EMPTY), error })),
    [key],
  );
  const { tail } = now;
  const query = useCallback(
    (cursor = "") => ({
      topic: topic || undefined,
      type: type || undefined,
      subject: subject || undefined,
      correlationId: correlation || undefined,
      limit: PAGE,
      cursor: cursor || undefined,
    }),
    [correlation, subject, topic, type],
  );
  const older = useCallback(() => {
    const cursor = tail.next;
    if (cursor === null || countOf(tail) >= MOST || reading.current === `${key} ${cursor}`) return;
    const mine = (reading.current = `${key} ${cursor}`);
    read(query(cursor))
      .unwrap()
      .then(
        (page) => {
          if (reading.current !== mine) return;
          reading.current = "";
          change((old) => withPage(old, cursor, page.data.map(ofResource), page.meta?.next_cursor ?? null));
        },
        (error: unknown) => {
          if (reading.current !== mine) return;
          reading.current = "";
          change((old) => old, error);
        },
      );
  }, [change, key, query, read, tail]);
  const { begun } = tail;
  useEffect(() => {
    if (!begun && !now.error) older();
  }, [begun, now.error, older]);
  // The list and the feed are two views of the log; the list may have been a moment behind when it was read.
  useEffect(() => {
    if (!begun) return;
    const timer = setTimeout(() => {
      read(query())
        .unwrap()
        .then((page) => change((old) => withMissed(old, page.data.map(ofResource))))
        .catch(() => {}); // the next page says it, if it stays so
    }, LAG);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [begun, key]);
  useEffect(
    () =>
      connection.onReset(() => {
        reading.current = "";
        change(() => EMPTY);
      }),
    [change],
  );

  const arrived = useRef<Event[]>([]);
  useFeed({ topics: liveTopics(topic), types: type ? [type] : [], subjects: subject ? [subject] : [] }, (entry) => {
    if (!correlation || entry.correlation_id === correlation) arrived.current.push(ofEntry(entry));
  });
  useEffect(() => {
    arrived.current = [];
    let last = 0;
    let frame = 0;
    const draw = (at: number) => {
      frame = requestAnimationFrame(draw);
      if (!arrived.current.length || at - last < FRAME) return;
      last = at;
      const events = arrived.current;
      arrived.current = [];
      if (held)
        setQueue((old) => {
          const mine = old.key === key ? old : { ...NONE, key };
          return { key, events: waiting(mine.events, events), count: mine.count + events.length };
        });
      else change((old) => withLive(old, events));
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [change, held, key]);
  const waits = queue.key === key ? queue : NONE;
  useEffect(() => {
    if (held || !waits.count) return;
    change((old) => withLive(old, waits.events));
    setQueue(NONE);
  }, [change, held, waits]);

  return {
    key,
    rows: useMemo(() => rowsOf(tail), [tail]),
    waits: waits.count,
    begun,
    error: now.error,
    retry: () => change((old) => old),
    older,
    atEnd: tail.next === null,
    full: countOf(tail) >= MOST,
  };
}

const NONE = { key: "", events: [] as readonly Event[], count: 0 };
