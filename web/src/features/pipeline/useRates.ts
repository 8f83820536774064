import { useState } from "react";
import { useFeed } from "@/shared/live/live";
import { windowOf, withWindow, type Windows } from "./rates";
import { boxOf } from "./stages";

const WINDOWS = { topics: ["studio.metrics.windows"], types: ["StageWindow"] };

/** The windows that the feed told since the page was opened. */
export function useRates(): Windows {
  const [windows, setWindows] = useState<Windows>(new Map());
  useFeed(WINDOWS, ({ data }) => {
    const stage = String(data.stage);
    const window = windowOf(data, boxOf(stage));
    if (window) setWindows((old) => withWindow(old, stage, window, Date.now()));
  });
  return windows;
}
