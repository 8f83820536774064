import { useEffect, useRef } from "react";
import { REASON } from "./Review";

export interface Doings {
  step: (step: 1 | -1) => void;
  decide: (decision: "keep" | "drop") => void;
  close: () => void;
}

/** j and k go to the next and the previous sample, a keeps, x drops, r writes a reason, Esc closes. */
export function useReviewKeys(doings: Doings, open: boolean): void {
  const latest = useRef(doings);
  useEffect(() => {
    latest.current = doings;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (at.closest("input:not([type=checkbox]):not([type=range]),textarea,select,[contenteditable],[role=dialog]")) return;
      const { step, decide, close } = latest.current;
      const keys: Record<string, () => void> = {
        j: () => step(1),
        k: () => step(-1),
        ...(open
          ? {
              a: () => decide("keep"),
              x: () => decide("drop"),
              r: () => document.getElementById(REASON)?.focus(),
              Escape: close,
            }
          : {}),
      };
      const found = keys[event.key];
      if (!found) return;
      event.preventDefault();
      found();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [open]);
}
