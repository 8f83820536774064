import { useMemo } from "react";
import type { DeploymentAttributes } from "@/shared/api";
import { Interval } from "@/shared/ui/Interval";
import { figure } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { lacking } from "./deployments";

/** The scale of the difference: as wide as its interval, in tenths. */
const reachOf = (low: number, high: number, margin: number): number =>
  Math.min(1, Math.ceil(Math.max(-low, high, 2 * margin, 0.1) * 10) / 10);

const sign = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;

/** What the canary test says of the running trial: scores of both, their difference, and what a verdict lacks. */
export function Standing({ it }: { it: DeploymentAttributes }) {
  const standing = it.standing;
  const told = useMemo(() => lacking(it), [it]);
  if (!standing) return null;
  const margin = it.margin ?? 0;
  const { difference_low: low, difference_high: high } = standing;
  const difference = (standing.canary_rate ?? 0) - (standing.baseline_rate ?? 0);
  const reach = reachOf(low, high, margin);
  const known = standing.canary_rate !== null && standing.baseline_rate !== null;
  const tone = low > -margin ? "good" : high < 0 ? "bad" : "soft";
  return (
    <Card
      title="The trial so far"
      extra={
        <span className="text-xs text-soft">
          {Math.round((it.confidence ?? 0) * 1000) / 10} % at every moment, however often it is looked at
        </span>
      }
    >
      <div className="flex flex-col gap-1.5">
        <Scale
          role="canary"
          version={it.candidate_version}
          tone="warn"
          rate={standing.canary_rate}
          judged={standing.canary_outcomes}
          interval={[standing.canary_low, standing.canary_high]}
        />
        <Scale
          role="baseline"
          version={it.stable_version}
          tone="accent"
          rate={standing.baseline_rate}
          judged={standing.baseline_outcomes}
          interval={[standing.baseline_low, standing.baseline_high]}
        />
        <div className="grid grid-cols-[9rem_1fr_8rem] gap-3 text-xs text-soft max-sm:grid-cols-[6rem_1fr_5rem]">
          <span />
          <span className="flex justify-between">
            <span>0</span>
            <span>mean score</span>
            <span>1</span>
          </span>
        </div>
        <div className="mt-3 grid grid-cols-[9rem_1fr_8rem] items-center gap-3 max-sm:grid-cols-[6rem_1fr_5rem]">
          <span className="font-medium">difference</span>
          <Interval
            from={-reach}
            to={reach}
            low={low}
            high={high}
            value={known ? difference : null}
            marks={[-margin, 0]}
            tone={tone}
            label={`difference between ${sign(low)} and ${sign(high)}; the margin is at ${sign(-margin)}`}
          />
          <span className="text-right text-xs tabular-nums">
            [{sign(low)}, {sign(high)}]
          </span>
        </div>
        <div className="grid grid-cols-[9rem_1fr_8rem] gap-3 text-xs text-soft max-sm:grid-cols-[6rem_1fr_5rem]">
          <span />
          <span className="flex justify-between">
            <span>{sign(-reach).replace(/0+$/, "")} worse</span>
            <span>lines: margin {sign(-margin)} and 0</span>
            <span>better {sign(reach).replace(/0+$/, "")}</span>
          </span>
        </div>
      </div>
      <p className="mt-3 text-soft">
        It is promoted when the whole bar is right of the margin, and rolled back when the whole bar is left of 0.
      </p>
      <div role="status" className="mt-2 flex flex-col gap-1 font-medium">
        {told.map((one) => (
          <p key={one}>{one}</p>
        ))}
      </div>
    </Card>
  );
}

interface ScaleProps {
  role: "canary" | "baseline";
  version: string | null | undefined;
  tone: "warn" | "accent";
  rate: number | null;
  judged: number;
  interval: readonly [number, number];
}

/** The mean score of one side, with its interval. */
function Scale({ role, version, tone, rate, judged, interval: [low, high] }: ScaleProps) {
  const name = `${role} ${version ?? ""}`;
  return (
    <div className="grid grid-cols-[9rem_1fr_8rem] items-center gap-3 max-sm:grid-cols-[6rem_1fr_5rem]">
      <span className="truncate font-medium" title={name}>
        {name}
      </span>
      <Interval from={0} to={1} low={low} high={high} value={rate} tone={tone} label={`mean score of the ${role}`} />
      <span className="text-right text-xs tabular-nums">
        {figure(rate)} of {judged} judged
      </span>
    </div>
  );
}
