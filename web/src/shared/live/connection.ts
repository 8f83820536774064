import type { Entry, Filter } from "./frames";
import { wanted } from "./frames";
import { INITIAL, lost, take, type Status } from "./status";
import { byEvents, byWebSocket, type Line } from "./transport";

interface Interest {
  filter: Filter;
  take: (entry: Entry) => void;
}

/** Topics that are too busy for a page that does not ask for them. */
export const BUSY = ["studio.serving.calls"];
const ALL = [
  "studio.documents",
  "studio.generation",
  "studio.generation.samples",
  "studio.curation",
  "studio.curation.scores",
  "studio.datasets",
  "studio.training",
  "studio.training.steps",
  "studio.models",
  "studio.deployments",
  "studio.metrics.windows",
  "studio.dead",
];

/** The one connection of a tab. It comes back by itself after the last position; nobody sees an entry twice. */
export class Connection {
  status: Status = INITIAL;
  private readonly interests = new Set<Interest>();
  private readonly watchers = new Set<() => void>();
  private readonly resets = new Set<() => void>();
  private stopper: AbortController | null = null;
  private line: Line | null = null;
  private asked = "";
  private hurry: (() => void) | null = null;

  /** Connect and stay connected until `stop`. */
  start(): void {
    if (this.stopper) return;
    this.stopper = new AbortController();
    void this.run(this.stopper.signal);
  }

  stop(): void {
    this.stopper?.abort();
    this.stopper = null;
    this.hurry?.();
    this.change({ ...INITIAL, stage: "stopped" });
  }

  /** Do not wait for the next attempt. */
  now(): void {
    this.hurry?.();
  }

  /** Be told of entries that match, from now on; returns how to stop it. */
  follow(filter: Filter, taker: (entry: Entry) => void): () => void {
    const interest = { filter, take: taker };
    this.interests.add(interest);
    this.ask();
    return () => {
      this.interests.delete(interest);
      this.ask();
    };
  }

  /** Be told when something may have been missed, and everything on the screen must be read again. */
  onReset(taker: () => void): () => void {
    this.resets.add(taker);
    return () => this.resets.delete(taker);
  }

  subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  snapshot = (): Status => this.status;

  private filter(): Filter {
    const busy = BUSY.filter((topic) => [...this.interests].some((one) => one.filter.topics?.includes(topic)));
    return { topics: [...ALL, ...busy] };
  }

  private ask(): void {
    const filter = this.filter();
    const text = JSON.stringify(filter);
    if (text === this.asked || !this.line?.ask) return;
    this.asked = text;
    this.line.ask(filter);
  }

  private change(status: Status): void {
    this.status = status;
    for (const watcher of this.watchers) watcher();
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const filter = this.filter();
      this.asked = JSON.stringify(filter);
      try {
        const open = this.status.transport === "websocket" ? byWebSocket : byEvents;
        this.line = await open(this.status.position, filter, (frame) => this.frame(frame, signal), signal);
        this.ask();
        await this.line.over;
      } catch {
        // refused or unreachable: the pause below, then again
      }
      this.line = null;
      if (signal.aborted) return;
      const { status, pause } = lost(this.status, Math.random());
      this.change(status);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        this.hurry = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  private frame(frame: Parameters<typeof take>[1], signal: AbortSignal): void {
    if (signal.aborted) return;
    const step = take(this.status, frame, Date.now());
    this.change(step.status);
    if (step.reset) for (const taker of this.resets) taker();
    if (!step.entry) return;
    for (const interest of [...this.interests]) if (wanted(step.entry, interest.filter)) interest.take(step.entry);
  }
}
