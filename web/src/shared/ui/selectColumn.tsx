import { Checkbox } from "antd";
import type { Column } from "./Grid";

interface Selecting<T> {
  chosen: readonly string[];
  onChosen: (ids: string[]) => void;
  /** For a screen reader. */
  label: (row: T) => string;
  disabled: (row: T) => boolean;
}

/** With `id` chosen, or not any more. */
export const toggled = (chosen: readonly string[], id: string): string[] =>
  chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];

/** The column of a list in which rows are ticked; a tick does not open the row. */
export function selectColumn<T extends { id: string }>(it: Selecting<T>): Column<T> {
  return {
    name: "select",
    title: <span className="sr-only">Selected</span>,
    width: "2.5rem",
    cell: (row) => (
      <span onClick={(event) => event.stopPropagation()}>
        <Checkbox
          aria-label={it.label(row)}
          disabled={it.disabled(row)}
          checked={it.chosen.includes(row.id)}
          onChange={() => it.onChosen(toggled(it.chosen, row.id))}
        />
      </span>
    ),
  };
}
