type Tone = "good" | "warn" | "bad" | "busy" | "calm";

const TONES: Record<string, Tone> = {
  extracted: "good",
  finished: "good",
  frozen: "good",
  added: "good",
  removed: "bad",
  changed: "warn",
  completed: "good",
  promoted: "good",
  running: "busy",
  requested: "busy",
  registered: "busy",
  pending: "busy",
  trial: "busy",
  keep: "good",
  kept: "good",
  paused: "warn",
  lost: "warn",
  silent: "warn",
  undecided: "warn",
  parked: "warn",
  rolled_back: "warn",
  failed: "bad",
  refused: "bad",
  drop: "bad",
  dropped: "bad",
};

const CLASSES: Record<Tone, string> = {
  good: "text-good border-good/50",
  warn: "text-warn border-warn/50",
  bad: "text-bad border-bad/50",
  busy: "text-accent border-accent/50",
  calm: "text-soft border-line",
};

/** A state by its name; the colour only repeats what the word says. */
export function State({ name }: { name: string | null | undefined }) {
  if (!name) return null;
  return (
    <span className={`whitespace-nowrap rounded border px-1.5 py-px text-xs ${CLASSES[TONES[name] ?? "calm"]}`}>
      {name.replaceAll("_", " ")}
    </span>
  );
}
