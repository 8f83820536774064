import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { mostRows, rowAfter } from "./gridKeys";

export interface Column<T> {
  name: string;
  title: ReactNode;
  /** A track of CSS grid, e.g. `6rem` or `minmax(12rem,2fr)`. */
  width: string;
  cell: (row: T, index: number) => ReactNode;
  /** How the list is sorted by this column. */
  sorted?: "ascending" | "descending";
  onSort?: () => void;
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  /** How many rows there are in all, loaded or not. */
  count: number;
  /** A row, or undefined while it is not loaded. */
  get: (index: number) => T | undefined;
  rowHeight?: number;
  /** The open row. Keys begin there; without one, where they were last. */
  active?: number;
  onActive?: (index: number) => void;
  /** A click, or Enter. */
  onOpen?: (index: number) => void;
  /** First and last row in view. */
  onRange?: (first: number, last: number) => void;
  minWidth?: string;
  className?: string;
}

/** A table of any length: only the rows in view exist. One stop for Tab; arrows, Page, Home and End move in it. */
export function Grid<T>(props: Props<T>) {
  const { label, columns, get, rowHeight = 40, onActive, onOpen, onRange, minWidth = "0" } = props;
  const count = Math.min(props.count, mostRows(rowHeight));
  const [at, setAt] = useState({ cursor: props.active ?? -1, open: props.active });
  if (at.open !== props.active)
    setAt({ cursor: props.active === undefined || props.active < 0 ? at.cursor : props.active, open: props.active });
  const active = at.cursor;
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: rowHeight,
  });
  const rows = virtual.getVirtualItems();
  const shown = virtual.range;
  const first = shown?.startIndex ?? 0;
  const last = shown?.endIndex ?? 0;
  const range = useRef(onRange);
  useEffect(() => {
    range.current = onRange;
  });
  useEffect(() => range.current?.(first, last), [first, last]);
  useEffect(() => {
    if (active >= 0 && active < count) virtual.scrollToIndex(active, { align: "auto" });
    // only where the active row moves: a list that grows must not pull the view away
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [active, count > 0]);
  const go = (index: number) => {
    setAt({ ...at, cursor: index });
    onActive?.(index);
  };
  const press = (event: KeyboardEvent) => {
    if (event.target !== box.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = rowAfter(event.key, active, count, Math.max(1, last - first - 1));
    if (next !== null) go(next);
    else if (event.key === "Enter" && active >= 0) onOpen?.(active);
    else return;
    event.preventDefault();
  };
  const tracks = { gridTemplateColumns: columns.map((column) => column.width).join(" "), height: rowHeight };
  return (
    <div
      ref={box}
      role="grid"
      aria-label={label}
      aria-rowcount={props.count + 1}
      aria-colcount={columns.length}
      aria-activedescendant={active >= first && active <= last ? `${id}-${active}` : undefined}
      tabIndex={0}
      onKeyDown={press}
      className={`relative overflow-auto focus-visible:outline-offset-[-2px] ${props.className ?? ""}`}
    >
      <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-card" style={{ minWidth }}>
        <div role="row" aria-rowindex={1} className="grid items-center text-xs text-soft" style={tracks}>
          {columns.map((column) => (
            <div key={column.name} role="columnheader" aria-sort={column.sorted} className="min-w-0 truncate px-2">
              {column.onSort ? (
                <button type="button" onClick={column.onSort} className="max-w-full truncate p-0 font-medium hover:text-ink">
                  {column.title}
                  <span aria-hidden> {column.sorted ? (column.sorted === "ascending" ? "↑" : "↓") : "↕"}</span>
                </button>
              ) : (
                column.title
              )}
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize(), minWidth }}>
        {rows.map(({ index, start }) => {
          const row = get(index);
          const chosen = index === (props.active ?? active);
          return (
            <div
              key={index}
              id={`${id}-${index}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={chosen}
              aria-busy={row === undefined || undefined}
              onClick={() => {
                go(index);
                onOpen?.(index);
              }}
              className={`absolute inset-x-0 top-0 grid cursor-pointer items-center border-b border-line ${chosen ? "bg-raised" : "hover:bg-raised/60"} ${index === active ? "shadow-[inset_3px_0_0_var(--accent)]" : ""}`}
              style={{ ...tracks, transform: `translateY(${start}px)` }}
            >
              {columns.map((column) => (
                <div key={column.name} role="gridcell" className="min-w-0 truncate px-2">
                  {row === undefined ? <span className="inline-block h-3 w-2/3 rounded bg-raised" /> : column.cell(row, index)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
