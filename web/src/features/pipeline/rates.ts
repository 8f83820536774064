/** The recent rate of each box, from the windows that the feed tells about. */

export const SPAN = 120_000; // milliseconds shown
export const SLOT = 4_000; // milliseconds per bar
export const SLOTS = SPAN / SLOT;

export interface Window {
  box: string;
  /** Milliseconds of Unix time. */
  start: number;
  events: number;
}

/** The window in an event; `start` is Unix time in seconds, or a time in words. Null for what is none. */
export function windowOf(data: Record<string, unknown>, box: string | null): Window | null {
  const start = typeof data.start === "number" ? data.start * 1000 : Date.parse(String(data.start));
  return box && Number.isFinite(start) ? { box, start, events: Number(data.events) || 0 } : null;
}

/** By box and start of the window and stage: a window that is told again replaces itself. */
export type Windows = ReadonlyMap<string, Window>;

/** With one more window, and without those that are over. */
export function withWindow(windows: Windows, stage: string, window: Window, now: number): Windows {
  const next = new Map([...windows].filter(([, old]) => old.start > now - SPAN - SLOT));
  next.set(`${stage}@${window.start}`, window);
  return next;
}

/** Events per second in each slot, oldest first, the last one ending now. */
export function slotsOf(windows: Windows, box: string, now: number): number[] {
  const slots = new Array<number>(SLOTS).fill(0);
  const end = Math.ceil(now / SLOT) * SLOT;
  for (const window of windows.values()) {
    if (window.box !== box) continue;
    const index = SLOTS - 1 - Math.floor((end - 1 - window.start) / SLOT);
    if (index >= 0 && index < SLOTS) slots[index] = (slots[index] ?? 0) + window.events / (SLOT / 1000);
  }
  return slots;
}
