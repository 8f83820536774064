import type { ReactNode } from "react";
import { SearchField } from "./SearchField";
import { useUrl } from "./useUrl";

interface Props {
  placeholder: string;
  label: string;
  /** How many are shown, and of how many; nothing is said until that is known. */
  shown: number;
  of: number | undefined;
  /** What they are called, one of them. */
  noun: string;
  /** What else is to be said of them. */
  more?: ReactNode;
  /** Further filters. */
  children?: ReactNode;
}

/** The search of a list (`q` in the URL), and how many of it are shown. */
export function ListBar({ placeholder, label, shown, of, noun, more, children }: Props) {
  const { get, set } = useUrl();
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchField
        className="w-64!"
        placeholder={placeholder}
        label={label}
        value={get("q")}
        onChange={(q) => set({ q })}
      />
      {children}
      {of !== undefined && (
        <span role="status" className="text-soft">
          {shown} of {of} {of === 1 ? noun : `${noun}s`}
          {more}
        </span>
      )}
    </div>
  );
}
