import type { Failure } from "@/shared/api/failure";
import type { Found } from "./files";

/** `storing`: all was sent, the answer is to come. */
export type Stage = "waiting" | "sending" | "storing" | "done" | "failed" | "cancelled";

export interface Upload {
  key: string;
  path: string;
  size: number;
  stage: Stage;
  /** Bytes on their way. */
  sent: number;
  document?: string;
  failure?: Failure;
}

export interface Job {
  file: File;
  collection: string;
  licence: string;
  /** The same for each attempt: a file whose answer was lost is not registered twice. */
  key: string;
  progress: (sent: number) => void;
  signal: AbortSignal;
}

/** Sends a file; gives the id of its document. Throws what `failure` reads. */
export type Transfer = (job: Job) => Promise<string>;

interface Tools {
  transfer: Transfer;
  failure: (error: unknown) => Failure;
  newKey: () => string;
  atOnce?: number;
}

interface Held {
  file: File;
  collection: string;
  licence: string;
  stop: AbortController | null;
}

export const isOver = (upload: Upload): boolean => ["done", "failed", "cancelled"].includes(upload.stage);

/** Files on their way, a few at a time. It lives longer than the page that shows it. */
export class Queue {
  private uploads: readonly Upload[] = [];
  private readonly held = new Map<string, Held>();
  private readonly watchers = new Set<() => void>();

  constructor(private readonly tools: Tools) {}

  snapshot = (): readonly Upload[] => this.uploads;

  subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  add(found: readonly Found[], collection = "", licence = ""): void {
    const fresh = found.map(({ file, path }): Upload => {
      const key = this.tools.newKey();
      this.held.set(key, { file, collection, licence, stop: null });
      return { key, path, size: file.size, stage: "waiting", sent: 0 };
    });
    this.set([...this.uploads, ...fresh]);
    this.start();
  }

  cancel(key: string): void {
    this.held.get(key)?.stop?.abort();
    this.change(key, (upload) => (isOver(upload) ? upload : { ...upload, stage: "cancelled" }));
    this.start();
  }

  cancelAll(): void {
    for (const upload of this.uploads) if (!isOver(upload)) this.cancel(upload.key);
  }

  retry(key: string): void {
    this.change(key, (upload) => ({ ...upload, stage: "waiting", sent: 0, failure: undefined }));
    this.start();
  }

  /** Forget those that are over. */
  clear(): void {
    for (const upload of this.uploads) if (isOver(upload)) this.held.delete(upload.key);
    this.set(this.uploads.filter((upload) => !isOver(upload)));
  }

  private start(): void {
    const busy = this.uploads.filter((upload) => upload.stage === "sending" || upload.stage === "storing").length;
    const free = (this.tools.atOnce ?? 3) - busy;
    const next = this.uploads.filter((upload) => upload.stage === "waiting").slice(0, Math.max(0, free));
    for (const upload of next) void this.send(upload);
  }

  private async send({ key, size }: Upload): Promise<void> {
    const held = this.held.get(key);
    if (!held) return;
    const stop = new AbortController();
    held.stop = stop;
    this.change(key, (upload) => ({ ...upload, stage: "sending" }));
    const progress = (sent: number) => {
      if (stop.signal.aborted) return;
      this.change(key, (upload) => ({ ...upload, sent, stage: sent >= size ? "storing" : "sending" }));
    };
    const { file, collection, licence } = held;
    try {
      const document = await this.tools.transfer({ file, collection, licence, key, progress, signal: stop.signal });
      if (!stop.signal.aborted) this.change(key, (upload) => ({ ...upload, stage: "done", sent: size, document }));
    } catch (error) {
      const failure = this.tools.failure(error);
      if (!stop.signal.aborted) this.change(key, (upload) => ({ ...upload, stage: "failed", failure }));
    }
    this.start();
  }

  private change(key: string, to: (upload: Upload) => Upload): void {
    this.set(this.uploads.map((upload) => (upload.key === key ? to(upload) : upload)));
  }

  private set(uploads: readonly Upload[]): void {
    this.uploads = uploads;
    for (const watcher of this.watchers) watcher();
  }
}

export interface Tally {
  all: number;
  open: number;
  done: number;
  failed: number;
  sent: number;
  size: number;
}

/** How far all of it is; what was cancelled does not count. */
export function tally(uploads: readonly Upload[]): Tally {
  const counted = uploads.filter((upload) => upload.stage !== "cancelled");
  const add = (of: (upload: Upload) => number) => counted.reduce((all, upload) => all + of(upload), 0);
  return {
    all: counted.length,
    open: counted.filter((upload) => !isOver(upload)).length,
    done: counted.filter((upload) => upload.stage === "done").length,
    failed: counted.filter((upload) => upload.stage === "failed").length,
    sent: add((upload) => upload.sent),
    size: add((upload) => upload.size),
  };
}
