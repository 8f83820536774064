import type { Entry, Frame } from "./frames";
import { numberOf, sameLog } from "./frames";

/** How the connection stands. `catching up`: history is coming; `live`: what happens now. */
export type Stage = "connecting" | "catching up" | "live" | "waiting" | "stopped";

export interface Status {
  stage: Stage;
  transport: "websocket" | "server-sent events";
  /** Everything up to here was seen. */
  position: string;
  /** Failed attempts since the last frame. */
  failures: number;
  /** Milliseconds of Unix time of the last frame. */
  heard: number;
}

export const INITIAL: Status = {
  stage: "connecting",
  transport: "websocket",
  position: "",
  failures: 0,
  heard: 0,
};

export interface Step {
  status: Status;
  /** An entry that was not seen before. */
  entry?: Entry;
  /** What is on the screen may have missed something: read it again. */
  reset?: "too_old" | "other_log";
}

/** The next status after a frame. Entries that were seen before change nothing. */
export function take(status: Status, frame: Frame, now: number): Step {
  const next: Status = { ...status, failures: 0, heard: now };
  switch (frame.kind) {
    case "hello":
      return { status: { ...next, stage: "catching up", position: status.position || frame.position } };
    case "entry":
      if (sameLog(frame.position, status.position) && numberOf(frame.position) <= numberOf(status.position))
        return { status: next };
      return { status: { ...next, position: frame.position }, entry: frame };
    case "live":
      return { status: { ...next, stage: "live", position: later(status.position, frame.position) } };
    case "pong":
      return { status: { ...next, position: later(status.position, frame.position) } };
    case "snapshot":
      return { status: { ...next, position: frame.position }, reset: frame.reason };
    case "error":
      return { status: next };
  }
}

function later(one: string, other: string): string {
  return sameLog(one, other) && numberOf(one) > numberOf(other) ? one : other;
}

export const FIRST_PAUSE = 300;
export const LONGEST_PAUSE = 10_000;
/** After so many failures in a row the next attempt uses the other transport. */
export const SWITCH_AFTER = 3;

/** The status after a connection was lost, and for how many milliseconds to wait. `chance` is in [0, 1). */
export function lost(status: Status, chance: number): { status: Status; pause: number } {
  const failures = status.failures + 1;
  const pause = Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE) * (0.5 + chance / 2);
  const other = status.transport === "websocket" ? "server-sent events" : "websocket";
  const transport = failures % SWITCH_AFTER === 0 ? other : status.transport;
  return { status: { ...status, stage: "waiting", failures, transport }, pause };
}
