/** Which pages of a long list to hold: those in view, and the one that comes next. */

export const PAGE = 200;
export const JUMP_WAIT = 120; // milliseconds that the scroll bar has to rest before a far page is asked for

/** The two pages for the rows in view: both are in view, or one is and its nearer neighbour is fetched ahead. */
export function pagesFor(first: number, last: number): readonly [number, number] {
  const page = Math.floor(first / PAGE);
  if (Math.floor(last / PAGE) > page) return [page, page + 1];
  const middle = (first + last) / 2 - page * PAGE;
  return middle >= PAGE / 2 || page === 0 ? [page, page + 1] : [page - 1, page];
}

/** Whether the way from one pair of pages to the other is so short that the rows come into view one after another. */
export const isNear = (from: readonly [number, number], to: readonly [number, number]): boolean =>
  Math.abs(from[0] - to[0]) <= 1;

/** The row to open for one step forward (1) or back (-1).
 *
 * `found`: where the open sample stands now, -1 where it left the list; `was`: where it stood when it was opened.
 */
export function neighbour(step: 1 | -1, found: number, was: number | undefined, total: number): number | null {
  const from = found >= 0 ? found : was === undefined ? -1 : step > 0 ? was - 1 : was;
  const to = from < 0 && step < 0 ? 0 : from + step;
  return to >= 0 && to < total ? to : null;
}
