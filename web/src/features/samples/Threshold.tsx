import { InputNumber, Segmented } from "antd";
import type { BinAttributes } from "@/shared/api";
import { nearestEdge, tidy } from "./estimate";
import { LEFT, RIGHT } from "./histogram";
import type { Side, Threshold } from "./rule";

interface Props {
  bins: readonly BinAttributes[];
  scorer: string;
  value: Threshold;
  onChange: (next: Threshold) => void;
}

const THUMB = 8; // half of the thumb: the ends of the slider's way lie so far inside of its box

/** A slider below the bars, in steps of their edges; the field beside it takes any number. */
export function ThresholdSlider({ bins, scorer, value, onChange }: Props) {
  const low = bins[0]?.low ?? 0;
  const high = bins.at(-1)?.high ?? 1;
  const name = scorer.replaceAll("_", " ");
  return (
    <>
      <input
        type="range"
        aria-label={`Threshold of ${name}`}
        aria-valuetext={`${name} ${value.op} ${tidy(value.value)}`}
        min={low}
        max={high}
        step={(high - low) / Math.max(1, bins.length) || 0.01}
        value={value.value}
        onChange={(event) => onChange({ ...value, value: nearestEdge(bins, Number(event.target.value)) })}
        className="block h-5 cursor-pointer accent-(--accent)"
        style={{ marginLeft: LEFT - THUMB, width: `calc(100% - ${LEFT + RIGHT - 2 * THUMB}px)` }}
      />
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <span className="font-medium">Keep where {name}</span>
        <Segmented<Side>
          aria-label="Side of the threshold"
          value={value.op}
          onChange={(op) => onChange({ ...value, op })}
          options={[
            { value: ">=", label: "≥" },
            { value: "<", label: "<" },
          ]}
        />
        <InputNumber
          aria-label={`Threshold of ${name} as a number`}
          className="w-24!"
          min={low}
          max={high}
          step={0.01}
          value={tidy(value.value)}
          onChange={(next) => next !== null && onChange({ ...value, value: next })}
        />
      </div>
    </>
  );
}
