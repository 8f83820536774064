import type { ReactNode } from "react";

/** A filter with its name above it. */
export function Labelled(props: { id: string; name: string; className: string; children: ReactNode }) {
  return (
    <div className={`flex max-w-full flex-col gap-0.5 ${props.className}`}>
      <label htmlFor={props.id} className="text-xs text-soft">
        {props.name}
      </label>
      {props.children}
    </div>
  );
}
