import { useMemo } from "react";
import { whole } from "@/shared/ui/numbers";
import { axisOf } from "./axis";
import { CurveCard } from "./CurveCard";
import { curveOf, marksOf } from "./curves";
import { METRICS, partNames, partOf } from "./metrics";
import { nameOf, type Run } from "./runs";
import { ofPhase } from "./steps";
import type { Loaded } from "./useSteps";
import { useEvaluations } from "./useEvaluations";
import { useView } from "./view";
import { ViewBar } from "./ViewBar";

/** Each metric once, with a curve per run. Steps of the warm start are below 0: GRPO begins at the same place. */
export function CompareCurves({ runs, loaded }: { runs: readonly Run[]; loaded: (id: string) => Loaded }) {
  const { view } = useView();
  const found = runs.map((run) => loaded(run.id).steps);
  const evaluations = useEvaluations(runs.map((run) => run.id));
  const key = runs.map((run, index) => `${run.id}:${found[index]?.length}`).join();
  const charts = useMemo(() => {
    const each = runs.map((run, hue) => {
      const shown = ofPhase(found[hue] ?? [], view.phase);
      const axis = axisOf(view.axis, shown);
      const marks = view.phase === "warm_start" ? [] : marksOf(evaluations[run.id] ?? [], axis);
      return { name: nameOf(run), hue, shown, axis, marks };
    });
    const parts = [...new Set(each.flatMap((one) => partNames(one.shown)))].map((name) => ({
      id: `part-${name}`,
      name: `Reward: ${name}`,
      help: "Mean of this part, unweighted.",
      of: (step: Parameters<typeof partOf>[0]) => partOf(step, name),
    }));
    const [reward, ...others] = METRICS;
    return [reward!, ...parts, ...others].map((metric) => ({
      ...metric,
      axis: each[0]!.axis,
      curves: each.map((one) => ({
        ...curveOf(one.name, one.hue, one.shown, one.axis, metric.of, view.smooth),
        marks: metric.id === "reward" ? one.marks : undefined,
      })),
    }));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `key` says when runs or steps are others
  }, [key, view, evaluations]);
  const steps = found.reduce((sum, one) => sum + one.length, 0);
  const all = runs.every((run) => loaded(run.id).whole);
  return (
    <>
      <ViewBar phases>
        <p role="status" className="text-soft">
          {whole(steps)} steps; {all ? "every one is drawn" : "reading more"}.
        </p>
      </ViewBar>
      <div className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
        {charts.map((metric) => (
          <CurveCard
            key={metric.id}
            title={metric.id === "reward" ? "Reward, and held-out evaluations" : metric.name}
            help={metric.help}
            curves={metric.curves}
            axis={metric.axis}
            height={190}
          />
        ))}
      </div>
    </>
  );
}
