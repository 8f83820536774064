import type { Consumer } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { State } from "@/shared/ui/State";
import { ago, duration } from "@/shared/ui/time";
import { useNow } from "@/shared/ui/useNow";
import { useUrl } from "@/shared/ui/useUrl";
import { isView, needSomebody, sorted, tally } from "./consumers";

/** Who reads the log, and how far each is behind. */
export function Consumers({ consumers, outbox }: { consumers: Consumer[]; outbox: number }) {
  const now = useNow(5000);
  const { get, set } = useUrl();
  const all = get("consumers") === "all";
  const pressing = consumers.filter(needSomebody);
  const shown = all ? consumers : [...pressing, ...consumers.filter((one) => !isView(one) && !needSomebody(one))];
  return (
    <Card
      title="Consumers"
      extra={
        <span className="text-xs text-soft">
          {tally(consumers)}; {whole(outbox)} in the outbox
        </span>
      }
    >
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Table of consumers">
        <table className="w-full text-left text-xs tabular-nums">
          <thead className="text-soft">
            <tr className="border-b border-line">
              <th className="py-1 pr-3 font-medium">Consumer</th>
              <th className="py-1 pr-3 font-medium">State</th>
              <th className="py-1 pr-3 text-right font-medium">Waiting</th>
              <th className="py-1 pr-3 text-right font-medium">Behind</th>
              <th className="py-1 text-right font-medium">Moved</th>
            </tr>
          </thead>
          <tbody>
            {sorted(shown).map((one) => (
              <tr key={one.consumer} className="border-b border-line last:border-0">
                <th scope="row" className="py-1 pr-3 font-normal whitespace-nowrap" title={one.topics.join(", ")}>
                  {one.consumer}
                </th>
                <td className="py-1 pr-3">
                  {one.state === "running" ? "running" : <State name={one.state} />}
                  {one.reason && <span className="ml-2 text-bad">{one.reason}</span>}
                </td>
                <td className={`py-1 pr-3 text-right ${one.lag_messages ? "text-warn" : ""}`}>
                  {one.lag_messages == null ? "unknown" : whole(one.lag_messages)}
                </td>
                <td className="py-1 pr-3 text-right">
                  {one.behind_seconds == null ? "unknown" : duration(one.behind_seconds)}
                </td>
                <td className="py-1 text-right whitespace-nowrap text-soft">{ago(one.moved_at, now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <button
        type="button"
        className="mt-2 p-0 text-xs text-accent hover:underline"
        aria-expanded={all}
        onClick={() => set({ consumers: all ? "" : "all" })}
      >
        {all ? "Without the views" : `And ${whole(consumers.length - shown.length)} views, all up to date`}
      </button>
    </Card>
  );
}
