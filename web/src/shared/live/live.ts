import { useEffect, useRef, useSyncExternalStore } from "react";
import { Connection } from "./connection";
import type { Entry, Filter } from "./frames";
import type { Status } from "./status";

/** The tab's connection. */
export const connection = new Connection();

/** How the connection stands, for the screen. */
export function useFeedStatus(): Status {
  return useSyncExternalStore(connection.subscribe, connection.snapshot);
}

/** Call `take` for each new entry that matches, while the component is there. */
export function useFeed(filter: Filter, take: (entry: Entry) => void): void {
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  const key = JSON.stringify(filter);
  useEffect(() => connection.follow(JSON.parse(key) as Filter, (entry) => latest.current(entry)), [key]);
}
