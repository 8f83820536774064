import { useSyncExternalStore } from "react";
import { PALETTE } from "./lines";

function watch(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

const shown = (): "light" | "dark" => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

/** The colours of curves in the theme that is shown, for legends beside a chart. */
export function usePalette(): readonly string[] {
  return PALETTE[useSyncExternalStore(watch, shown)];
}
