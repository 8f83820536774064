import { clock, long } from "./time";

/** An instant with its zone. `short` leaves the day out. */
export function Time({ at, short = false }: { at: string | null | undefined; short?: boolean }) {
  if (!at) return <span className="text-soft">not yet</span>;
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap">
      {short ? clock(at) : long(at)}
    </time>
  );
}
