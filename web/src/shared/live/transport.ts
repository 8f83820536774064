import { send } from "@/shared/api/request";
import type { Filter, Frame } from "./frames";
import { frameOf } from "./frames";
import { dataOf, textOf } from "./sse";

/** One connection. `over` resolves at its end; `ask` changes the filter where that is possible. */
export interface Line {
  over: Promise<void>;
  ask?: (filter: Filter) => void;
}

interface Ticket {
  data: { attributes: { ticket: string; url: string } };
}

const HEARTBEAT = 30_000;
const SILENCE = 75_000; // nothing at all, not even an answer to a ping: the line is dead

function search(after: string, filter: Filter, extra: Record<string, string> = {}): string {
  const found = new URLSearchParams({ after: after || "end", ...extra });
  if (filter.topics?.length) found.set("topics", filter.topics.join(","));
  if (filter.types?.length) found.set("types", filter.types.join(","));
  for (const one of filter.subjects ?? []) found.append("subject", one);
  return found.toString();
}

export async function byWebSocket(
  after: string,
  filter: Filter,
  frame: (frame: Frame) => void,
  signal: AbortSignal,
): Promise<Line> {
  const answer = (await (await send("/api/v1/feed/tickets", { method: "POST", signal })).json()) as Ticket;
  const { ticket, url } = answer.data.attributes;
  const socket = new WebSocket(`${url}?${search(after, filter, { ticket })}`);
  let heard = Date.now();
  const beat = setInterval(() => {
    if (Date.now() - heard > SILENCE) socket.close();
    else if (socket.readyState === WebSocket.OPEN) socket.send('{"kind":"ping"}');
  }, HEARTBEAT);
  signal.addEventListener("abort", () => socket.close());
  if (signal.aborted) socket.close();
  const over = new Promise<void>((resolve) => {
    socket.onmessage = (event: MessageEvent<string>) => {
      heard = Date.now();
      const found = frameOf(event.data);
      if (found) frame(found);
    };
    socket.onclose = () => {
      clearInterval(beat);
      resolve();
    };
  });
  const ask = (next: Filter) => {
    if (socket.readyState === WebSocket.OPEN)
      socket.send(
        JSON.stringify({
          kind: "filter",
          topics: next.topics ?? [],
          types: next.types ?? [],
          subjects: next.subjects ?? [],
        }),
      );
    else socket.addEventListener("open", () => ask(next), { once: true });
  };
  return { over, ask };
}

export async function byEvents(
  after: string,
  filter: Filter,
  frame: (frame: Frame) => void,
  signal: AbortSignal,
): Promise<Line> {
  const headers = { Accept: "text/event-stream" };
  const answer = await send(`/api/v1/feed?${search(after, filter)}`, { headers, signal });
  const read = async () => {
    for await (const data of dataOf(textOf(answer))) {
      const found = frameOf(data);
      if (found) frame(found);
    }
  };
  return { over: read().catch(() => {}) };
}
