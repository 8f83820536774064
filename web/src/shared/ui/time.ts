/** Times are shown in the reader's zone, with the zone's name; the exact instant is in the title. */

const LONG = new Intl.DateTimeFormat("en-GB", {
  year: "numeric",
  month: "short",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});
const CLOCK = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});

export const long = (text: string): string => LONG.format(new Date(text));
export const clock = (text: string): string => CLOCK.format(new Date(text));

/** `3 s ago`, `12 min ago`; seconds of the future count as now. */
export function ago(text: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - new Date(text).getTime()) / 1000));
  return `${duration(seconds)} ago`;
}

/** Seconds as `45 s`, `12 min`, `3 h`, `2 d`. */
export function duration(seconds: number): string {
  if (seconds < 1 && seconds > 0) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
