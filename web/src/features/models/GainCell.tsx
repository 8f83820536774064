import { Interval } from "@/shared/ui/Interval";
import { figure } from "@/shared/ui/numbers";
import { signed, toneOf, type Gain } from "./models";

const COLOURS = { good: "text-good", bad: "text-bad", soft: "" };

/** Held-out reward before and after training, and the gain with its interval. */
export function GainCell({ gain }: { gain: Gain | null }) {
  if (!gain) return <span className="text-soft">not measured</span>;
  const tone = toneOf(gain);
  return (
    <span className="flex items-center gap-3 tabular-nums">
      <span className="whitespace-nowrap">
        {figure(gain.before)} → {figure(gain.after)}
      </span>
      <span className={`whitespace-nowrap ${COLOURS[tone]}`}>
        {signed(gain.gain)}
        <span className="ml-1 text-xs">
          [{signed(gain.low)}, {signed(gain.high)}]
        </span>
      </span>
      <Interval
        className="w-20"
        from={-0.5}
        to={0.5}
        low={gain.low}
        high={gain.high}
        value={gain.gain}
        marks={[0]}
        tone={tone}
        label={`gain between ${signed(gain.low)} and ${signed(gain.high)}; the line is no gain`}
      />
    </span>
  );
}
