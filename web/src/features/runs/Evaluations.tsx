import type { EvaluationAttributes } from "@/shared/api";
import { GainText } from "@/shared/ui/GainCell";
import { Interval } from "@/shared/ui/Interval";
import { whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Rows, type Column } from "@/shared/ui/Rows";
import { Time } from "@/shared/ui/Time";

const COLUMNS: Column<EvaluationAttributes>[] = [
  {
    title: "When",
    head: true,
    cell: (one) =>
      one.phase === "during" || one.phase === "grpo" ? `after step ${one.step}` : `${one.phase} training`,
  },
  { title: "Split", cell: (one) => (one.split === "heldout" ? "held out" : one.split) },
  { title: "Questions", right: true, cell: (one) => whole(one.items) },
  { title: "Sections", right: true, cell: (one) => whole(one.sections) },
  {
    title: "Reward [95 %]",
    right: true,
    cell: (one) => `${one.reward.toFixed(3)} [${one.low.toFixed(3)}, ${one.high.toFixed(3)}]`,
  },
  {
    title: "0 to 1",
    className: "w-40",
    cell: (one) => (
      <Interval
        from={0}
        to={1}
        low={one.low}
        high={one.high}
        value={one.reward}
        label={`reward ${one.reward.toFixed(3)}`}
      />
    ),
  },
  {
    title: "Gain [95 %]",
    right: true,
    cell: (one) => {
      if (one.phase === "before") return "–";
      return <GainText gain={{ gain: one.gain ?? 0, low: one.gain_low ?? 0, high: one.gain_high ?? 0 }} />;
    },
  },
  { title: "At", right: true, cell: (one) => <Time at={one.recorded_at} short /> },
];

/** Greedy answers to held-out questions; the gain is against the same questions before training. */
export function Evaluations({ rows }: { rows: readonly EvaluationAttributes[] }) {
  return (
    <Card title="Held-out evaluations">
      {rows.length ? (
        <>
          <Rows
            label="Evaluations"
            rows={rows}
            columns={COLUMNS}
            keyOf={(one) => `${one.phase}/${one.step}/${one.split}`}
          />
          <p className="mt-2 text-xs text-soft">
            The interval takes whole sections again and again, because questions of one section are alike. The gain is
            paired: the same questions, before and after.
          </p>
        </>
      ) : (
        <p className="text-soft">
          Not evaluated yet. It happens before and after training, and in between with <code>evaluation.every</code>.
        </p>
      )}
    </Card>
  );
}
