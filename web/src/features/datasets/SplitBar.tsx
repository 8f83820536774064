import type { DatasetAttributes } from "@/shared/api";
import { percent, whole } from "@/shared/ui/numbers";
import { partsOf } from "./datasets";

/** How the rows are split. The words say what the colours do. */
export function SplitBar({ dataset, large = false }: { dataset: DatasetAttributes; large?: boolean }) {
  const parts = partsOf(dataset);
  const words = parts.map((part) => `${whole(part.rows)} ${part.name}`).join(", ");
  return (
    <div className="min-w-32">
      <div aria-hidden className={`flex overflow-hidden rounded bg-raised ${large ? "h-3" : "h-2"}`}>
        {parts.map((part) => (
          <div
            key={part.name}
            className={part.name === "train" ? "bg-accent" : "bg-warn"}
            style={{ width: `${part.share * 100}%` }}
          />
        ))}
      </div>
      {large ? (
        <ul className="mt-2 flex flex-wrap gap-x-6 gap-y-1">
          {parts.map((part) => (
            <li key={part.name} className="flex items-center gap-2">
              <span aria-hidden className={`size-2.5 rounded-xs ${part.name === "train" ? "bg-accent" : "bg-warn"}`} />
              <span className="font-medium">{part.name}</span>
              <span className="text-soft tabular-nums">
                {whole(part.rows)} rows ({percent(part.share)}) of {whole(part.sections)} sections
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <div className="mt-0.5 text-xs whitespace-nowrap text-soft tabular-nums">{words}</div>
      )}
    </div>
  );
}
