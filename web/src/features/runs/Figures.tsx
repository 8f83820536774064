import { useMemo } from "react";
import { useTrainingDefinitionsQuery } from "@/shared/api";
import { figure } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Rows, type Column } from "@/shared/ui/Rows";
import { figuresOf, type Figure } from "./figures";
import type { Step } from "./steps";

const NONE: Record<string, string> = {};
const COLUMNS: Column<Figure>[] = [
  { title: "Figure", head: true, cell: (one) => <code>{one.name}</code> },
  { title: "Last step", right: true, cell: (one) => figure(one.value) },
  { title: "Meaning", cell: (one) => one.meaning || <span className="text-soft">not told</span> },
];

/** What the figures of a run mean, in its trainer's words; nothing before the first step. */
export function useDefinitions(id: string, steps: readonly Step[]): Record<string, string> {
  return useTrainingDefinitionsQuery({ id }, { skip: !steps.length }).data?.data.attributes.definitions ?? NONE;
}

/** Every figure of the last step with its meaning. */
export function Figures({ steps, definitions }: { steps: readonly Step[]; definitions: Record<string, string> }) {
  const last = steps.at(-1);
  const rows = useMemo(() => figuresOf(last, definitions), [last, definitions]);
  return (
    <Card title="What the figures mean" extra={<span className="text-xs text-soft">of step {last?.step ?? "–"}</span>}>
      <div className="max-h-96 overflow-y-auto">
        <Rows label="Figures" rows={rows} columns={COLUMNS} keyOf={(one) => one.name} />
      </div>
    </Card>
  );
}
