import type { PipelineAttributes } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";

/** A box of the graph: what a person calls a stage, made from the topics that carry it. */
export interface Box {
  key: string;
  name: string;
  to: string;
  count: number;
  /** What is counted, and what else is worth knowing. */
  detail: string;
  /** Events per second now. */
  rate: number;
  lagMessages: number | null;
  lagSeconds: number;
  deadLetters: number;
  topics: string[];
}

interface Plan {
  key: string;
  name: string;
  to: string;
  stages: string[];
  count: (counts: Counts) => number;
  detail: (counts: Counts) => string;
}

type Counts = PipelineAttributes["counts"];

const of = (counts: Counts, kind: string): Record<string, number> => counts[kind] ?? {};
const sum = (states: Record<string, number>): number => Object.values(states).reduce((all, one) => all + one, 0);

/** States with their numbers, those that need somebody first: `2 failed, 1 running`. */
export function told(states: Record<string, number>): string {
  const first = ["failed", "refused", "lost", "running", "trial", "pending", "requested", "registered"];
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
  return Object.entries(states)
    .filter(([, number]) => number > 0)
    .sort(([one, some], [other, others]) => rank(one) - rank(other) || others - some)
    .map(([name, number]) => `${whole(number)} ${name.replaceAll("_", " ")}`)
    .join(", ");
}

const byState = (kind: string): Pick<Plan, "count" | "detail"> => ({
  count: (counts) => sum(of(counts, kind)),
  detail: (counts) => told(of(counts, kind)),
});

const plural = (number: number, one: string, many = `${one}s`) => `${whole(number)} ${number === 1 ? one : many}`;

const PLANS: Plan[] = [
  { key: "documents", name: "Documents", to: "/documents", stages: ["documents"], ...byState("documents") },
  {
    key: "samples",
    name: "Samples",
    to: "/samples",
    stages: ["generation", "generation.samples"],
    count: (counts) => of(counts, "samples").total ?? 0,
    detail: (counts) => {
      const batches = of(counts, "batches");
      const { failed = 0, running = 0, requested = 0 } = batches;
      const busy = told({ failed, running, requested });
      return `${plural(sum(batches), "batch", "batches")}${busy ? `: ${busy}` : ""}`;
    },
  },
  {
    key: "curation",
    name: "Curation",
    to: "/samples",
    stages: ["curation", "curation.scores"],
    ...byState("curations"),
  },
  { key: "datasets", name: "Datasets", to: "/datasets", stages: ["datasets"], ...byState("datasets") },
  {
    key: "runs",
    name: "Runs",
    to: "/runs",
    stages: ["training", "training.steps"],
    count: (counts) => sum(of(counts, "runs")),
    detail: (counts) => {
      const steps = of(counts, "steps").total ?? 0;
      return [told(of(counts, "runs")), steps ? plural(steps, "step") : ""].filter(Boolean).join("; ");
    },
  },
  {
    key: "models",
    name: "Models",
    to: "/models",
    stages: ["models"],
    count: (counts) => of(counts, "models").total ?? 0,
    detail: () => "",
  },
  {
    key: "deployments",
    name: "Deployments",
    to: "/deployments",
    stages: ["deployments"],
    ...byState("deployments"),
  },
  {
    key: "calls",
    name: "Calls",
    to: "/deployments",
    stages: ["serving.calls"],
    count: (counts) => of(counts, "calls").calls ?? 0,
    detail: (counts) => {
      const { outcomes = 0, errors = 0 } = of(counts, "calls");
      return [errors ? plural(errors, "error") : "", outcomes ? `${whole(outcomes)} judged` : ""]
        .filter(Boolean)
        .join(", ");
    },
  },
];

/** The boxes of the graph in the order of the flow. */
export function boxesOf(pipeline: PipelineAttributes): Box[] {
  const known = new Map(pipeline.stages.map((stage) => [stage.stage, stage]));
  return PLANS.map((plan) => {
    const stages = plan.stages.flatMap((name) => known.get(name) ?? []);
    const lags = stages.flatMap((stage) => stage.lag_messages ?? []);
    return {
      key: plan.key,
      name: plan.name,
      to: plan.to,
      count: plan.count(pipeline.counts),
      detail: plan.detail(pipeline.counts),
      rate: stages.reduce((all, stage) => all + (stage.rate ?? 0), 0),
      lagMessages: lags.length ? Math.max(...lags) : null,
      lagSeconds: Math.max(0, ...stages.map((stage) => stage.lag_seconds ?? 0)),
      deadLetters: stages.reduce((all, stage) => all + (stage.dead_letters ?? 0), 0),
      topics: stages.map((stage) => stage.topic),
    };
  });
}

/** Whether nothing was ever put into this studio. */
export function isFresh(pipeline: PipelineAttributes): boolean {
  return Object.values(pipeline.counts).every((states) => sum(states) === 0);
}

/** The box whose events a window of `stage` counts. */
export const boxOf = (stage: string): string | null => PLANS.find((plan) => plan.stages.includes(stage))?.key ?? null;

/** `0.5 /s`, `65 /s`, `1,750 /s`; empty for nothing. */
export function pace(rate: number): string {
  if (rate <= 0) return "";
  return `${rate < 10 ? Number(rate.toPrecision(2)) : whole(Math.round(rate))} /s`;
}
