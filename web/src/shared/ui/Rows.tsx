import type { ReactNode } from "react";

export interface Column<T> {
  title: ReactNode;
  cell: (row: T) => ReactNode;
  /** Figures stand to the right. */
  right?: boolean;
  /** The cell that names the row, for a screen reader. */
  head?: boolean;
  className?: string;
}

interface Props<T> {
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
  /** Rows that stand out. */
  marked?: (row: T) => boolean;
}

/** A plain table that scrolls sideways within its box. For some hundred rows at most. */
export function Rows<T>({ label, rows, columns, keyOf, marked }: Props<T>) {
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full text-left">
        <thead>
          <tr className="border-b border-line">
            {columns.map((column, index) => (
              <th key={index} scope="col" className={`${CELL} text-xs font-medium text-soft ${side(column)}`}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={keyOf(row)}
              className={`border-b border-line last:border-b-0 hover:bg-raised ${marked?.(row) ? "bg-raised" : ""}`}
            >
              {columns.map((column, index) =>
                column.head ? (
                  <th key={index} scope="row" className={`${CELL} font-normal ${side(column)}`}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={index} className={`${CELL} ${side(column)}`}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const CELL = "px-2 py-1.5 align-middle";

const side = <T,>(column: Column<T>): string =>
  `${column.right ? "text-right tabular-nums whitespace-nowrap" : "text-left"} ${column.className ?? ""}`;
