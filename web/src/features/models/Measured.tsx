import type { VersionAttributes } from "@/shared/api";
import { gainOf } from "@/shared/ui/gain";
import { GainCell } from "@/shared/ui/GainCell";
import { figure } from "@/shared/ui/numbers";

/** Held-out reward before and after training, and the gain with its interval. */
export function Measured({ version }: { version: VersionAttributes | undefined }) {
  const gain = version && gainOf(version);
  if (!gain) return <span className="text-soft">not measured</span>;
  return (
    <span className="flex items-center gap-3 tabular-nums">
      <span className="whitespace-nowrap">
        {figure(gain.before)} → {figure(gain.after)}
      </span>
      <GainCell gain={gain} />
    </span>
  );
}
