import { useTrainingAdjustmentsQuery, type AdjustmentAttributes } from "@/shared/api";
import { Card } from "@/shared/ui/Page";
import { Rows, type Column } from "@/shared/ui/Rows";
import { Failure } from "@/shared/ui/states";
import { Time } from "@/shared/ui/Time";
import { spokenChanges } from "./control";

const COLUMNS: Column<AdjustmentAttributes>[] = [
  { title: "Change", head: true, cell: (one) => spokenChanges(one.changes) },
  {
    title: "From step",
    right: true,
    cell: (one) => one.applied_step ?? <span className="text-soft">at the next one</span>,
  },
  { title: "Why", cell: (one) => one.reason || "–" },
  { title: "Who", cell: (one) => one.author },
  { title: "When", right: true, cell: (one) => <Time at={one.decided_at} short /> },
];

/** What was changed while a run trained; nothing where nothing was. */
export function RunChanges({ id }: { id: string }) {
  const { data, error, refetch } = useTrainingAdjustmentsQuery({ id });
  if (error) return <Failure error={error} retry={() => void refetch()} what="The changes could not be read" />;
  const rows = (data?.data ?? []).map((one) => one.attributes);
  if (!rows.length) return null;
  return (
    <Card title="Changed while it trained">
      <Rows label="Changes" rows={rows} columns={COLUMNS} keyOf={(one) => String(one.revision)} />
    </Card>
  );
}
