import type { ArmAttributes } from "@/shared/api";
import { figure, percent, whole } from "@/shared/ui/numbers";
import { Rows, type Column } from "@/shared/ui/Rows";

const ms = (value: number | null | undefined): string => (value == null ? "–" : `${figure(value)} ms`);

const COLUMNS: Column<ArmAttributes>[] = [
  {
    title: "Version",
    head: true,
    cell: (arm) => (
      <>
        <span className="font-medium">{arm.version}</span> <span className="text-xs text-soft">{arm.role}</span>
      </>
    ),
  },
  { title: "Calls", right: true, cell: (arm) => whole(arm.calls) },
  {
    title: "Errors",
    right: true,
    cell: (arm) => (
      <span className={arm.errors ? "text-bad" : ""}>
        {whole(arm.errors)} ({percent(arm.error_rate)})
      </span>
    ),
  },
  { title: "Mean latency", right: true, cell: (arm) => ms(arm.latency_ms) },
  { title: "Last minute", right: true, cell: (arm) => ms(arm.recent_latency_ms) },
  { title: "Judged", right: true, cell: (arm) => whole(arm.outcomes) },
  { title: "Mean score", right: true, cell: (arm) => figure(arm.score) },
];

/** Calls, failures and speed of each version since the trial began. */
export function Health({ arms }: { arms: readonly ArmAttributes[] }) {
  if (!arms.length) return <p className="text-soft">No calls yet.</p>;
  return <Rows label="Health by version" rows={arms} columns={COLUMNS} keyOf={(arm) => `${arm.version}/${arm.role}`} />;
}
