import { useFeedStatus } from "@/shared/live/live";
import type { Stage } from "@/shared/live/status";

const COLOURS: Record<Stage, string> = {
  live: "bg-good",
  "catching up": "bg-accent",
  connecting: "bg-warn",
  waiting: "bg-bad",
  stopped: "bg-soft",
};
const WORDS: Record<Stage, string> = {
  live: "Live",
  "catching up": "Catching up",
  connecting: "Connecting",
  waiting: "Reconnecting",
  stopped: "Stopped",
};

/** Whether what is shown is live, and up to which position of the feed. */
export function ConnectionState() {
  const status = useFeedStatus();
  const way = status.transport === "websocket" ? "WebSocket" : "server-sent events";
  return (
    <div role="status" className="flex items-center gap-2 px-2 py-1 text-xs text-soft" title={`by ${way}`}>
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${COLOURS[status.stage]}`} />
      <span className="whitespace-nowrap text-ink">{WORDS[status.stage]}</span>
      <code data-testid="position" className="hidden truncate md:inline" aria-hidden>
        {status.position}
      </code>
    </div>
  );
}
