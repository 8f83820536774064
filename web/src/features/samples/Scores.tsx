import type { SampleDetail } from "@/shared/api";
import { figure } from "@/shared/ui/numbers";
import { thresholdIn } from "./rule";

/** Every score with its version; the line across a bar is the rule's threshold. */
export function Scores({ sample, rule }: { sample: SampleDetail; rule: string }) {
  const scores = Object.entries(sample.scores ?? {}).map(([name, score]) => ({ name, ...score }));
  const all = [
    ...scores.sort((one, other) => one.name.localeCompare(other.name)),
    { name: "quality", value: sample.quality ?? 0, version: `${sample.generator} ${sample.generator_version}`, detail: null },
  ];
  return (
    <table className="w-full">
      <thead className="sr-only">
        <tr>
          <th>Score</th>
          <th>Value</th>
          <th>Picture</th>
          <th>Version</th>
        </tr>
      </thead>
      <tbody>
        {all.map((one) => {
          const limit = thresholdIn(rule, one.name);
          return (
            <tr key={one.name} className="border-b border-line last:border-0">
              <th scope="row" className="py-1 pr-2 text-left font-normal">
                {one.name.replaceAll("_", " ")}
                {detailOf(one.detail) && <span className="block text-xs text-soft">{detailOf(one.detail)}</span>}
              </th>
              <td className="w-12 text-right tabular-nums">{figure(one.value)}</td>
              <td className="w-28 px-2" title={limit ? `rule: ${limit.text}` : undefined}>
                <div aria-hidden className="relative h-2 rounded bg-raised">
                  <div className="h-full rounded bg-accent" style={{ width: `${share(one.value) * 100}%` }} />
                  {limit && (
                    <div className="absolute -inset-y-1 w-0.5 bg-ink" style={{ left: `${share(limit.value) * 100}%` }} />
                  )}
                </div>
              </td>
              <td className="max-w-24 truncate text-right text-xs text-soft" title={`version ${one.version}`}>
                {one.version}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const share = (value: number): number => Math.min(1, Math.max(0, value));

function detailOf(detail: unknown): string {
  if (detail === null || detail === undefined || detail === "") return "";
  const text = typeof detail === "string" ? detail : JSON.stringify(detail);
  return text === "{}" || text === "null" ? "" : text;
}
