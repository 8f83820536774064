import { useEffect, useRef } from "react";
import type { Group } from "./groups";

interface Props {
  groups: readonly Group[];
  chosen: number;
  onChoose: (number: number) => void;
}

/** All prompts of the step: question, mean reward, and each completion's reward as a bar. */
export function Prompts({ groups, chosen, onChoose }: Props) {
  const own = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    void own.current?.scrollIntoView?.({ block: "nearest" });
  }, [chosen]);
  return (
    <nav
      aria-label="Prompts"
      className="max-h-[70vh] overflow-y-auto rounded-lg border border-line bg-card max-lg:max-h-56"
    >
      <ul>
        {groups.map((group) => {
          const here = group.number === chosen;
          return (
            <li key={group.number} className="border-b border-line last:border-b-0">
              <button
                type="button"
                ref={here ? own : undefined}
                aria-current={here || undefined}
                onClick={() => onChoose(group.number)}
                className={`block w-full px-3 py-2 text-left hover:bg-raised ${here ? "bg-raised" : ""}`}
              >
                <span className="flex items-baseline justify-between gap-2 text-xs text-soft">
                  <span>prompt {group.number + 1}</span>
                  <span className="tabular-nums">
                    {group.dead ? (
                      <span className="text-warn">dead, all {group.mean.toFixed(2)}</span>
                    ) : (
                      `mean ${group.mean.toFixed(3)}`
                    )}
                  </span>
                </span>
                <span className={`block truncate ${here ? "font-semibold" : ""}`}>{group.question}</span>
                <Rewards group={group} />
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function Rewards({ group }: { group: Group }) {
  const most = Math.max(1, ...group.completions.map((one) => one.reward));
  return (
    <span aria-hidden className="mt-1 flex h-5 items-end gap-0.5">
      {group.completions.map((one) => (
        <span
          key={one.number}
          className={`flex-1 rounded-t-sm ${group.dead ? "bg-soft opacity-40" : "bg-accent"}`}
          style={{ height: `${Math.max(6, (Math.max(0, one.reward) / most) * 100)}%` }}
        />
      ))}
    </span>
  );
}
