import { useEffect, useRef } from "react";

const OWN_ARROWS =
  "input,textarea,select,[contenteditable],[role=slider],[role=radiogroup],[role=combobox],[role=dialog]";

/** Calls `press` for arrow keys that nothing else on the page takes. */
export function useArrows(press: (key: "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown") => boolean): void {
  const latest = useRef(press);
  useEffect(() => {
    latest.current = press;
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if ((event.target as HTMLElement).closest(OWN_ARROWS)) return;
      const { key } = event;
      if (key !== "ArrowLeft" && key !== "ArrowRight" && key !== "ArrowUp" && key !== "ArrowDown") return;
      if (latest.current(key)) event.preventDefault();
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  }, []);
}
