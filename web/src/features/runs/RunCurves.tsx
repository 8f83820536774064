import { useMemo } from "react";
import { useNavigate } from "react-router";
import type { EvaluationAttributes } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { axisOf } from "./axis";
import { CurveCard } from "./CurveCard";
import { curveOf, marksOf } from "./curves";
import { metricOf, movingMetrics } from "./figures";
import { METRICS, partNames, partOf } from "./metrics";
import { nearest, ofPhase, warmOf, withGroups, type Step } from "./steps";
import { useView } from "./view";
import { ViewBar } from "./ViewBar";

interface Props {
  id: string;
  steps: readonly Step[];
  /** Whether all pages were read. */
  whole: boolean;
  evaluations: readonly EvaluationAttributes[];
  /** What each figure means, by name. */
  definitions: Record<string, string>;
}

/** Every metric of one run; a click on a step opens its groups. */
export function RunCurves({ id, steps, whole: allRead, evaluations, definitions }: Props) {
  const { view } = useView();
  const navigate = useNavigate();
  const warm = warmOf(steps);
  const groups = useMemo(() => withGroups(steps), [steps]);
  const charts = useMemo(() => {
    const shown = ofPhase(steps, view.phase);
    const axis = axisOf(view.axis, shown);
    const one = (metric: (typeof METRICS)[number]) => ({
      ...metric,
      curves: [curveOf(metric.name, 0, shown, axis, metric.of, view.smooth)],
    });
    const marks = view.phase === "warm_start" ? [] : marksOf(evaluations, axis);
    const further = movingMetrics(shown).map((name) => ({
      id: name,
      name: name.replaceAll("_", " "),
      help: definitions[name] ?? "",
      of: (step: Step) => metricOf(step, name),
    }));
    const [reward, ...others] = [...METRICS, ...further].map(one);
    const parts = partNames(shown).map((name, hue) =>
      curveOf(name, hue, shown, axis, (step) => partOf(step, name), view.smooth),
    );
    return {
      axis,
      shown,
      reward: { ...reward!, curves: reward!.curves.map((curve) => ({ ...curve, marks })) },
      parts,
      others,
    };
  }, [steps, view, evaluations, definitions]);
  const open = (x: number) => {
    const at = view.axis === "step" ? x : stepAt(charts.shown, charts.axis.x, x);
    const step = nearest(groups, Math.round(at));
    if (step !== undefined) void navigate(`/runs/${id}/groups/${step}`);
  };
  const click = groups.length ? open : undefined;
  return (
    <>
      <ViewBar phases={warm > 0 && warm < steps.length}>
        <p className="text-soft" role="status">
          {whole(steps.length)} {steps.length === 1 ? "step" : "steps"}
          {warm > 0 && `, ${whole(warm)} of them warm start`}; {allRead ? "every one is drawn" : "reading more"}.
          {groups.length > 0 && " Click a step to see its groups."}
        </p>
      </ViewBar>
      <div className="grid gap-3 lg:grid-cols-3">
        <div className="lg:col-span-2">
          <CurveCard
            {...pick(charts.reward)}
            title="Reward, and held-out evaluations"
            axis={charts.axis}
            height={230}
            onClick={click}
          />
        </div>
        <CurveCard
          title="Parts of the reward"
          help="Means of the named parts, unweighted."
          curves={charts.parts}
          axis={charts.axis}
          height={206}
          onClick={click}
          legend
        />
        {charts.others.map((metric) => (
          <CurveCard key={metric.id} title={metric.name} {...pick(metric)} axis={charts.axis} onClick={click} />
        ))}
      </div>
    </>
  );
}

const pick = <C,>({ help, curves }: { help: string; curves: C }) => ({ help, curves });

/** The GRPO step whose time is nearest to `x`. */
function stepAt(steps: readonly Step[], at: (step: Step) => number, x: number): number {
  const grpo = steps.filter((step) => step.phase === "grpo");
  const times = grpo.map(at);
  const time = nearest(times, x);
  return time === undefined ? 0 : (grpo[times.indexOf(time)]?.step ?? 0);
}
