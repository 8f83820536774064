import { signed, toneOf, type Gain } from "./gain";
import { Interval } from "./Interval";
import { figure } from "./numbers";

const COLOURS = { good: "text-good", bad: "text-bad", soft: "" };

type Range = Pick<Gain, "gain" | "low" | "high">;

/** A gain with its interval; coloured where the interval says that something changed. */
export function GainText({ gain: { gain, low, high }, digits = 3 }: { gain: Range; digits?: number }) {
  return (
    <span className={`whitespace-nowrap tabular-nums ${COLOURS[toneOf({ low, high })]}`}>
      {signed(gain)}{" "}
      <span className="text-xs font-normal">
        [{signed(low, digits)}, {signed(high, digits)}]
      </span>
    </span>
  );
}

/** A gain in a table: its text, and its interval on a scale with a line at no gain. */
export function GainCell({ gain, digits }: { gain: Gain; digits?: number }) {
  const { low, high } = gain;
  return (
    <span className="flex items-center gap-2">
      <GainText gain={gain} digits={digits} />
      <Interval
        className="w-20"
        from={-0.5}
        to={0.5}
        low={low}
        high={high}
        value={gain.gain}
        marks={[0]}
        tone={toneOf(gain)}
        label={`gain between ${signed(low)} and ${signed(high)}; ${figure(gain.before)} before, ${figure(gain.after)} after`}
      />
    </span>
  );
}
