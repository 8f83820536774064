import { useTrainingCheckpointsQuery } from "@/shared/api";
import type { CheckpointAttributes } from "@/shared/api";
import { Code, pretty } from "@/shared/ui/Code";
import { size } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Rows, type Column } from "@/shared/ui/Rows";
import { Failure, Loading } from "@/shared/ui/states";
import { Time } from "@/shared/ui/Time";

const COLUMNS: Column<CheckpointAttributes>[] = [
  { title: "Phase", head: true, cell: (one) => one.phase.replaceAll("_", " ") },
  { title: "Step", right: true, cell: (one) => one.step },
  { title: "Size", right: true, cell: (one) => size(one.bytes) },
  {
    title: "Manifest",
    cell: (one) => <code title={one.manifest_blob}>{one.manifest_blob.split("/").at(-1)?.slice(0, 10)}</code>,
  },
  { title: "Saved", right: true, cell: (one) => <Time at={one.saved_at} short /> },
];

/** What the run was asked with, and from where it can go on. */
export function Settings({ id, config }: { id: string; config: Record<string, unknown> }) {
  const { data, error, refetch, isLoading } = useTrainingCheckpointsQuery({ id });
  const rows = (data?.data ?? []).map((one) => one.attributes);
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title="Settings" extra={<span className="text-xs text-soft">all others have their defaults</span>}>
        <Code value={pretty(config)} label="Settings of the run" height={220} />
      </Card>
      <Card title={`Checkpoints${rows.length ? ` (${rows.length})` : ""}`}>
        {isLoading && <Loading />}
        {error && <Failure error={error} retry={() => void refetch()} />}
        {data && !rows.length && <p className="text-soft">None yet. One is kept every 20 steps by default.</p>}
        {rows.length > 0 && (
          <div className="max-h-56 overflow-y-auto">
            <Rows label="Checkpoints" rows={rows} columns={COLUMNS} keyOf={(one) => `${one.phase}/${one.step}`} />
          </div>
        )}
      </Card>
    </div>
  );
}
