/** Where a key leads from row `active` (-1: none yet) of `count`, with `page` rows in view; null where nowhere. */
export function rowAfter(key: string, active: number, count: number, page: number): number | null {
  if (!count) return null;
  const to = (row: number) => Math.min(Math.max(row, 0), count - 1);
  switch (key) {
    case "ArrowDown":
      return to(active + 1);
    case "ArrowUp":
      return to(active < 0 ? 0 : active - 1);
    case "PageDown":
      return to(Math.max(active, 0) + page);
    case "PageUp":
      return to(active - page);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

/** Rows beyond these would need a box that is taller than browsers can scroll. */
export const mostRows = (rowHeight: number): number => Math.floor(14_000_000 / rowHeight);
