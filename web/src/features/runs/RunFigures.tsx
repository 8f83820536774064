import type { RunAttributes } from "@/shared/api";
import { gainOf } from "@/shared/ui/gain";
import { GainText } from "@/shared/ui/GainCell";
import { figure, whole } from "@/shared/ui/numbers";
import { Progress } from "@/shared/ui/Progress";
import { Stat } from "@/shared/ui/Stat";
import { duration } from "@/shared/ui/time";
import { Time } from "@/shared/ui/Time";
import { useNow } from "@/shared/ui/useNow";
import { isOpen, secondsOf } from "./runs";

const NEVER = 2 ** 31 - 1;

/** How far a run is, and what came out of it. */
export function RunFigures({ run }: { run: RunAttributes }) {
  const now = useNow(isOpen(run) ? 1000 : NEVER);
  const gain = gainOf(run);
  const seconds = secondsOf(run, now);
  return (
    <section aria-label="Summary" className="rounded-lg border border-line bg-card p-4">
      <dl className="grid grid-cols-2 sm:grid-cols-4 gap-x-4 gap-y-3">
        <Stat
          name={run.phase === "warm_start" ? "Warm start" : run.phase ? "GRPO step" : "Progress"}
          value={!run.phase ? "not begun" : `${whole(run.step)} / ${whole(run.steps_total)}`}
        />
        <Stat
          name="Reward in training"
          value={figure(run.phase === "warm_start" ? null : run.reward)}
          hint="Of the last step, sampled answers"
        />
        <Stat
          name="Held out, before → after"
          value={gain ? `${figure(gain.before)} → ${figure(gain.after)}` : "–"}
          hint="Greedy answers to questions that were not trained on"
        />
        <Stat name="Gain [95 %]" value={gain ? <GainText gain={gain} /> : "–"} />
        <Stat
          name="Trainer"
          value={run.trainer ?? (isOpen(run) ? "waiting" : "none")}
          hint={run.epoch ? `claim ${run.epoch}` : undefined}
        />
        <Stat
          name="Duration, and left of this phase"
          value={`${seconds === null ? "–" : duration(seconds)}${run.eta_seconds == null ? "" : ` + ${duration(run.eta_seconds)}`}`}
          hint="Left: steps times the median time of the last 20 steps"
        />
        <Stat name="Tokens trained on" value={whole(run.tokens)} />
        <Stat
          name="Started"
          value={
            <span className="text-sm font-normal">
              <Time at={run.claimed_at} />
            </span>
          }
        />
      </dl>
      <div className="mt-3">
        <Progress done={run.step ?? 0} total={run.steps_total} label={`Progress of the ${run.phase ?? "run"}`} />
      </div>
      {run.status === "paused" && (
        <p role="status" className="mt-3 text-warn">
          Paused by {run.paused_by || "somebody"}
          {run.pause_reason && `: ${run.pause_reason}`}. Nobody takes it until it is resumed.
        </p>
      )}
    </section>
  );
}
