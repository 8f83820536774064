import type { Connection } from "./connection";
import { tagsOf } from "./tags";

export const GATHER = 400; // milliseconds in which events are gathered into one refresh

/** Make the parts of the query cache old that events tell about, a few times a second at most. Returns how to stop. */
export function refreshOn(connection: Connection, invalidate: (tags: string[] | "all") => void): () => void {
  const old = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = () => {
    timer = null;
    if (document.hidden && old.size) {
      timer = setTimeout(flush, 2000); // nobody looks: rarely is enough
      return;
    }
    const tags = [...old];
    old.clear();
    if (tags.length) invalidate(tags);
  };
  const stops = [
    connection.follow({}, (entry) => {
      for (const tag of tagsOf(entry.topic, entry.type)) old.add(tag);
      timer ??= setTimeout(flush, GATHER);
    }),
    connection.onReset(() => invalidate("all")),
  ];
  return () => {
    for (const stop of stops) stop();
    if (timer) clearTimeout(timer);
  };
}
