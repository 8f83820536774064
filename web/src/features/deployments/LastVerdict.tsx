import type { VerdictAttributes } from "@/shared/api";
import { Interval } from "@/shared/ui/Interval";
import { figure, whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Time } from "@/shared/ui/Time";

const WORDS: Record<string, string> = { promote: "promoted", rollback: "rolled back", stop: "left undecided" };

/** The last verdict, with the scores that it was reached on. */
export function LastVerdict({ it }: { it: VerdictAttributes }) {
  const arms = [
    { name: "canary", rate: it.canary_rate, low: it.canary_low, high: it.canary_high, n: it.canary_calls },
    { name: "baseline", rate: it.baseline_rate, low: it.baseline_low, high: it.baseline_high, n: it.baseline_calls },
  ];
  return (
    <Card
      title={`Last verdict: ${it.version} ${WORDS[it.decision] ?? it.decision}`}
      extra={<Time at={it.reached_at} />}
    >
      <div className="flex flex-col gap-1.5">
        {arms.map((arm) => (
          <div key={arm.name} className="grid grid-cols-[5rem_1fr_10rem] items-center gap-3">
            <span className="font-medium">{arm.name}</span>
            <Interval
              from={0}
              to={1}
              low={arm.low ?? 0}
              high={arm.high ?? 1}
              value={arm.rate}
              tone={arm.name === "canary" ? "warn" : "accent"}
              label={`mean score of the ${arm.name}`}
            />
            <span className="text-right text-xs tabular-nums">
              {figure(arm.rate)} in {whole(arm.n)} calls
            </span>
          </div>
        ))}
      </div>
      <p className="mt-2 break-words text-soft">{it.reason}</p>
    </Card>
  );
}
