import { gainOf, signed } from "@/shared/ui/gain";
import { figure, whole } from "@/shared/ui/numbers";
import { Rows, type Column } from "@/shared/ui/Rows";
import type { Difference } from "./compare";
import { Dot } from "./CurveCard";
import { nameOf, secondsOf, type Run } from "./runs";
import { duration } from "@/shared/ui/time";

/** Outcomes on top, then the settings that differ, then the rest. */
export function CompareTable({ runs, rows }: { runs: readonly Run[]; rows: readonly Difference[] }) {
  const columns: Column<Difference>[] = [
    { title: "Name", head: true, cell: (row) => (row.differs ? <strong>{row.name}</strong> : row.name) },
    ...runs.map((run, index) => ({
      title: (
        <span className="inline-flex items-center gap-1.5">
          <Dot hue={index} /> {nameOf(run)}
        </span>
      ),
      cell: (row: Difference) => row.values[index] || <span className="text-soft">default</span>,
    })),
    {
      title: "",
      cell: (row) =>
        row.differs ? <span className="text-warn">differs</span> : <span className="text-soft">same</span>,
    },
  ];
  return (
    <Rows
      label="Outcomes and settings"
      rows={[...outcomes(runs), ...rows]}
      columns={columns}
      keyOf={(row) => row.name}
      marked={(row) => row.differs}
    />
  );
}

function outcomes(runs: readonly Run[]): Difference[] {
  const row = (name: string, read: (run: Run) => string): Difference => {
    const values = runs.map(read);
    return { name, values, differs: new Set(values).size > 1 };
  };
  return [
    row("state", (run) => run.attributes.status),
    row("held-out reward before", (run) => figure(gainOf(run.attributes)?.before)),
    row("held-out reward after", (run) => figure(gainOf(run.attributes)?.after)),
    row("gain [95 %]", (run) => {
      const gain = gainOf(run.attributes);
      return gain ? `${signed(gain.gain)} [${signed(gain.low)}, ${signed(gain.high)}]` : "–";
    }),
    row("steps", (run) => whole(run.attributes.steps)),
    row("duration", (run) => {
      const seconds = secondsOf(run.attributes, Date.now());
      return seconds === null ? "–" : duration(seconds);
    }),
  ];
}
