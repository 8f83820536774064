/** The rows that a tab holds: what came live above what was read from history, at most `MOST` in all.
 *
 * History is kept in pages, so that the last page can be given up and read again from where it began.
 */
import type { Event } from "./events";

export const MOST = 5000;

interface Page {
  /** Where it was read from; empty for the newest. */
  cursor: string;
  rows: readonly Event[];
}

export interface Tail {
  live: readonly Event[];
  pages: readonly Page[];
  /** Where history goes on; null at its end. */
  next: string | null;
  ids: ReadonlySet<string>;
  /** Whether history was read at all. */
  begun: boolean;
}

export const EMPTY: Tail = { live: [], pages: [], next: "", ids: new Set(), begun: false };

export const rowsOf = ({ live, pages }: Tail): Event[] => [...live, ...pages.flatMap((page) => page.rows)];
export const countOf = ({ live, pages }: Tail): number =>
  pages.reduce((sum, page) => sum + page.rows.length, live.length);

/** With new events (oldest first) on top. What is too old for the bound is let go; history can be read again. */
export function withLive(tail: Tail, events: readonly Event[]): Tail {
  const fresh = events.filter((event) => !tail.ids.has(event.id)).reverse();
  if (!fresh.length) return tail;
  let live: readonly Event[] = [...fresh, ...tail.live];
  const pages = [...tail.pages];
  let next = tail.next;
  let count = fresh.length + countOf(tail);
  while (count > MOST && pages.length) {
    const gone = pages.pop() as Page;
    count -= gone.rows.length;
    next = gone.cursor;
  }
  if (live.length > MOST) {
    live = live.slice(0, MOST);
    next = "";
  }
  return made(live, pages, next, tail.begun);
}

/** With a page of history below; rows that came live meanwhile are not shown twice. */
export function withPage(tail: Tail, cursor: string, events: readonly Event[], next: string | null): Tail {
  const rows = events.filter((event) => !tail.ids.has(event.id));
  return made(tail.live, [...tail.pages, { cursor, rows }], next, true);
}

/** With events that the list did not have yet when it was read first, at their place in time. */
export function withMissed(tail: Tail, events: readonly Event[]): Tail {
  const fresh = events.filter((event) => !tail.ids.has(event.id));
  const [first, ...rest] = tail.pages;
  if (!first || !fresh.length) return tail;
  const rows = [...fresh, ...first.rows].sort((one, other) => other.time.localeCompare(one.time));
  return made(tail.live, [{ ...first, rows }, ...rest], tail.next, tail.begun);
}

function made(live: readonly Event[], pages: readonly Page[], next: string | null, begun: boolean): Tail {
  const ids = new Set(live.map((event) => event.id));
  for (const page of pages) for (const event of page.rows) ids.add(event.id);
  return { live, pages, next, ids, begun };
}

/** Events that wait while the list is held, oldest first; the oldest are let go where there are too many to show. */
export function waiting(held: readonly Event[], more: readonly Event[]): readonly Event[] {
  const all = held.length ? [...held, ...more] : more;
  return all.length > MOST ? all.slice(-MOST) : all;
}
