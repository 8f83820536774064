import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useEventsCausesQuery, type EventResource } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { whole } from "@/shared/ui/numbers";
import { Time } from "@/shared/ui/Time";

/** What made an event happen, back to the first cause, and what it made happen. */
export function Causes({ id }: { id: string }) {
  const query = useEventsCausesQuery({ id });
  const found = query.currentData?.data.attributes;
  if (query.error)
    return (
      <p role="alert" className="text-bad">
        {failureOf(query.error).message}
      </p>
    );
  if (!found) return <p className="text-soft">Looking for causes …</p>;
  const chain = [...found.causes].reverse();
  return (
    <div data-testid="causes">
      <ol aria-label="Causes, the first on top">
        {chain.map((one, depth) => (
          <li key={one.id} style={{ paddingLeft: depth * 16 }}>
            <Event event={one} />
          </li>
        ))}
        <li style={{ paddingLeft: chain.length * 16 }} aria-current="true">
          <Event event={found.event} here />
          <Effects effects={found.effects} />
        </li>
      </ol>
      {!chain.length && <p className="mt-1 text-xs text-soft">Nothing on the log caused it: somebody asked for it.</p>}
      {found.truncated && <p className="mt-1 text-warn">There are more effects than are shown here.</p>}
      {found.related > 0 && <Related count={found.related} correlation={found.event.attributes.correlation_id} />}
    </div>
  );
}

function Related({ count, correlation }: { count: number; correlation?: string | null }) {
  if (!correlation) return null;
  return (
    <p className="mt-2">
      <Link to={`/events?correlation=${correlation}`}>All {whole(count)} events of the same request</Link>
    </p>
  );
}

function Effects({ effects }: { effects: readonly EventResource[] }) {
  if (!effects.length) return null;
  return (
    <ul aria-label="Effects" className="ml-2 border-l border-line pl-3">
      {effects.map((one) => (
        <Effect key={one.id} event={one} />
      ))}
    </ul>
  );
}

/** An effect, with its own effects when they are asked for. */
function Effect({ event }: { event: EventResource }) {
  const [open, setOpen] = useState(false);
  const query = useEventsCausesQuery({ id: event.id }, { skip: !open });
  const effects = query.currentData?.data.attributes.effects;
  return (
    <li>
      <span className="flex items-baseline gap-1">
        <button
          type="button"
          aria-expanded={open}
          aria-label={`Effects of ${event.attributes.type}`}
          className="w-5 shrink-0 p-0 text-soft hover:text-ink"
          onClick={() => setOpen(!open)}
        >
          {open ? "▾" : "▸"}
        </button>
        <Event event={event} />
      </span>
      {open && effects && (effects.length ? <Effects effects={effects} /> : <p className="pl-6 text-xs text-soft">none</p>)}
    </li>
  );
}

function Event({ event, here = false }: { event: EventResource; here?: boolean }) {
  const [params] = useSearchParams();
  const { type, subject, time } = event.attributes;
  const words = (
    <>
      <span className="font-medium">{type}</span> <code className="text-soft">{subject.slice(0, 24)}</code>
    </>
  );
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2 py-0.5" title={event.id}>
      {here ? <mark className="px-1">{words}</mark> : <Link to={`/events/${event.id}?${params}`}>{words}</Link>}
      <span className="text-xs text-soft">
        <Time at={time} short />
      </span>
    </span>
  );
}
