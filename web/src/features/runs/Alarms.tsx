import { figure } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Rows, type Column } from "@/shared/ui/Rows";
import { alarmsOf, type Alarm } from "./figures";
import type { Step } from "./steps";

const MOST = 100;
const COLUMNS: Column<Alarm>[] = [
  { title: "Step", right: true, className: "w-16", cell: (one) => one.step },
  { title: "Rule", head: true, cell: (one) => <code>{one.rule}</code> },
  { title: "What was done", cell: (one) => one.action?.replaceAll("_", " ") || "–" },
  { title: "Value", right: true, cell: (one) => figure(one.value) },
  { title: "Limit", right: true, cell: (one) => figure(one.limit) },
  { title: "Message", cell: (one) => one.message },
];

/** What the stability monitor said, the newest first; nothing where it said nothing. */
export function Alarms({ steps }: { steps: readonly Step[] }) {
  const found = alarmsOf(steps);
  if (!found.length) return null;
  const shown = found.slice(0, MOST);
  return (
    <Card title={`Alarms (${found.length})`}>
      <div className="max-h-72 overflow-y-auto">
        <Rows label="Alarms" rows={shown} columns={COLUMNS} keyOf={(one) => `${one.phase}/${one.step}/${one.rule}`} />
      </div>
      {found.length > MOST && <p className="text-soft">The newest {MOST} are shown.</p>}
    </Card>
  );
}
