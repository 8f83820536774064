import { Card } from "@/shared/ui/Page";
import { Time } from "@/shared/ui/Time";
import type { Moment } from "./deployments";

const DOTS = { good: "bg-good", bad: "bg-bad", warn: "bg-warn", calm: "bg-accent" };

/** Everything that was decided, newest first. */
export function Timeline({ moments, cut }: { moments: readonly Moment[]; cut: boolean }) {
  return (
    <Card title="History">
      <ol className="relative flex max-h-96 flex-col gap-3 overflow-y-auto" tabIndex={0} aria-label="History">
        {moments.map((moment) => (
          <li key={moment.key} className="flex gap-3">
            <span
              aria-hidden
              className={`mt-1.5 size-2.5 shrink-0 ${moment.kind === "verdict" ? "rotate-45" : "rounded-full"} ${DOTS[moment.tone]}`}
            />
            <div className="min-w-0 flex-1">
              <div className="flex flex-wrap justify-between gap-x-3">
                <span className="font-medium">{moment.title}</span>
                <span className="text-xs text-soft">
                  <Time at={moment.at} />
                </span>
              </div>
              <p className="break-words text-xs text-soft">
                {[moment.author && (moment.kind === "verdict" ? moment.author : `by ${moment.author}`), moment.detail]
                  .filter(Boolean)
                  .join(": ")}
              </p>
            </div>
          </li>
        ))}
      </ol>
      {!moments.length && <p className="text-soft">Nothing yet.</p>}
      {cut && <p className="mt-2 text-xs text-soft">The newest 500; all of them are under Events.</p>}
    </Card>
  );
}
