import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

function watch(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

const shown = (): Theme => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

/** The theme that the page shows, for what CSS does not reach: canvases and frames. */
export const useTheme = (): Theme => useSyncExternalStore(watch, shown);
