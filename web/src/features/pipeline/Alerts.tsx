import type { AlertAttributes } from "@/shared/api";
import { figure } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Time } from "@/shared/ui/Time";

/** What a person should look at. */
export function Alerts({ alerts }: { alerts: AlertAttributes[] }) {
  if (!alerts.length) return null;
  return (
    <Card title="Alerts" className="border-warn/50">
      <ul className="flex flex-col gap-2">
        {alerts.map((alert) => (
          <li key={`${alert.name}@${alert.raised_at}`} className="flex flex-wrap items-baseline gap-x-3">
            <span className={`font-semibold ${alert.severity === "critical" ? "text-bad" : "text-warn"}`}>
              {alert.name}
            </span>
            <span className="min-w-0 break-words">{alert.message}</span>
            <span className="ml-auto text-xs text-soft">
              {figure(alert.value)} (limit {figure(alert.limit)}), <Time at={alert.raised_at} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
