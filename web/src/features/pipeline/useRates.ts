import { useState } from "react";
import { useFeed } from "@/shared/live/live";
import { withWindow, type Windows } from "./rates";
import { boxOf } from "./stages";

const WINDOWS = { topics: ["studio.metrics.windows"], types: ["StageWindow"] };

/** The windows that the feed told since the page was opened. */
export function useRates(): Windows {
  const [windows, setWindows] = useState<Windows>(new Map());
  useFeed(WINDOWS, ({ data }) => {
    const stage = String(data.stage);
    const box = boxOf(stage);
    const start = Date.parse(String(data.start));
    if (!box || !Number.isFinite(start)) return;
    setWindows((old) => withWindow(old, stage, { box, start, events: Number(data.events) || 0 }, Date.now()));
  });
  return windows;
}
