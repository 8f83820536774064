import type { ArmAttributes } from "@/shared/api";
import { percent } from "@/shared/ui/numbers";

const COLOURS: Record<string, string> = { canary: "bg-warn", baseline: "bg-accent", stable: "bg-accent" };

/** How the calls are split, as a bar: what is asked, what came out, what came out in the last minute. */
export function Split({ arms, only }: { arms: readonly ArmAttributes[]; only?: "asked" }) {
  const rows = [
    { name: "asked", of: (arm: ArmAttributes) => arm.asked },
    { name: "actual", of: (arm: ArmAttributes) => arm.actual ?? null },
    { name: "last minute", of: (arm: ArmAttributes) => arm.recent ?? null },
  ].filter((row) => !only || row.name === only);
  return (
    <div className="flex flex-col gap-1.5">
      {rows.map((row) => (
        <div key={row.name} className={only ? "" : "grid grid-cols-[5.5rem_1fr] items-center gap-2"}>
          {!only && <span className="text-xs text-soft">{row.name}</span>}
          <Bar name={row.name} parts={arms.map((arm) => ({ arm, share: row.of(arm) }))} thin={!!only} />
        </div>
      ))}
    </div>
  );
}

interface BarProps {
  name: string;
  parts: { arm: ArmAttributes; share: number | null }[];
  thin: boolean;
}

function Bar({ name, parts, thin }: BarProps) {
  const known = parts.filter((part) => part.share !== null && part.share > 0);
  const words = known.map(({ arm, share }) => `${arm.role} ${arm.version} ${percent(share)}`).join(", ");
  if (!known.length) return <span className="text-xs text-soft">no calls</span>;
  return (
    <span
      role="img"
      aria-label={`${name}: ${words}`}
      title={`${name}: ${words}`}
      className={`flex overflow-hidden rounded bg-raised ${thin ? "h-2" : "h-6"}`}
    >
      {known.map(({ arm, share }) => (
        <span
          key={`${arm.version}/${arm.role}`}
          className={`flex items-center overflow-hidden ${COLOURS[arm.role] ?? "bg-soft"}`}
          style={{ width: `${(share ?? 0) * 100}%` }}
        >
          {!thin && (
            <span className="truncate px-2 text-xs font-medium text-page">
              {arm.version} {percent(share)}
            </span>
          )}
        </span>
      ))}
    </span>
  );
}
