import { Button } from "antd";
import { useState, type ReactNode } from "react";
import { Link } from "react-router";
import { useEventsShowQuery } from "@/shared/api";
import { failureOf, isGone } from "@/shared/api/failure";
import { Code, pretty } from "@/shared/ui/Code";
import { CopyCommand, copyText } from "@/shared/ui/CopyCommand";
import { Failure, Loading } from "@/shared/ui/states";
import { Time } from "@/shared/ui/Time";
import { Causes } from "./Causes";
import { ofResource, tailCommand, thingOf, type Event } from "./events";
import { isKept } from "./topics";

interface Props {
  id: string;
  /** The event where it is held already. */
  held?: Event;
  onClose: () => void;
}

/** All of one event: envelope, body, headers, what caused it and what it caused. */
export function Detail({ id, held, onClose }: Props) {
  const query = useEventsShowQuery({ id }, { skip: !!held });
  const event = held ?? (query.currentData && ofResource(query.currentData.data));
  const gone = query.error && isGone(failureOf(query.error));
  return (
    <article aria-label="Event" className="flex h-full min-h-0 flex-col rounded-lg border border-line bg-card">
      <div className="flex items-center gap-2 border-b border-line px-4 py-2">
        <h2 className="min-w-0 flex-1 truncate">{event?.type ?? "Event"}</h2>
        {event && <CopyJson event={event} />}
        <Button size="small" type="text" onClick={onClose} aria-label="Close the event" title="Close (Esc)">
          ✕
        </Button>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto p-4" tabIndex={0} role="region" aria-label="Details of the event">
        {query.error && !event && (
          <Failure
            error={query.error}
            what={gone ? "There is no such event" : undefined}
            retry={gone ? undefined : () => void query.refetch()}
          />
        )}
        {!event && !query.error && <Loading what="Reading the event" />}
        {event && <Whole event={event} />}
      </div>
    </article>
  );
}

function CopyJson({ event }: { event: Event }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(pretty(event));
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <Button size="small" onClick={() => void copy()}>
      {copied ? "Copied" : "Copy as JSON"}
    </Button>
  );
}

const WRAP = 64; // letters in a line of the editor

function Whole({ event }: { event: Event }) {
  const thing = thingOf(event);
  const { id, data, ...envelope } = event;
  const wrapped = pretty(data)
    .split("\n")
    .reduce((sum, line) => sum + Math.ceil(line.length / WRAP) || 1, 1);
  const lines = Math.min(24, Math.max(5, wrapped));
  return (
    <div className="flex flex-col gap-4">
      <p className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {thing && <Link to={thing.path}>To the {thing.name}</Link>}
        <Link to={`/events?subject=${encodeURIComponent(event.subject)}`}>Events of this subject</Link>
        <CopyCommand command={`${tailCommand({ ...event, type: "" })} --after begin`} />
      </p>
      <Part title="Body">
        <Code value={pretty(data)} label={`Body of ${event.type}`} height={lines * 19} />
      </Part>
      <Part title="Causes and effects">
        {isKept(event.topic) ? (
          <Causes id={id} />
        ) : (
          <p className="text-soft">Events of this topic are not kept to be read back, so their causes are not known here.</p>
        )}
      </Part>
      <Part title="Headers">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
          {Object.entries({ id, ...envelope }).map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-soft">{name}</dt>
              <dd className="min-w-0 break-all">
                {name === "time" ? <Time at={String(value)} /> : <code>{value === null ? "none" : String(value)}</code>}
              </dd>
            </div>
          ))}
        </dl>
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1">{title}</h3>
      {children}
    </section>
  );
}
