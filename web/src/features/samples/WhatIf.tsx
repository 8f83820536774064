import { App } from "antd";
import { useRef } from "react";
import { Link } from "react-router";
import { useCurationAskQuery, useCurationCreateMutation, type CurationResource } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { CopyCommand, shell } from "@/shared/ui/CopyCommand";
import { newKey } from "@/shared/ui/newKey";
import { whole } from "@/shared/ui/numbers";
import type { Estimate } from "./estimate";

interface Props {
  curation: CurationResource;
  /** The rule with the thresholds of the page; empty while none is moved. */
  rule: string;
  /** Whether the number on the screen has to wait for the thumb to rest. */
  moving: boolean;
  estimate: Estimate | null;
  /** Why the estimate does not know the whole rule. */
  others: boolean;
  onMade: (id: string) => void;
}

/** What the rule would keep: from the histogram at once, from the studio a moment later; and the way to use it. */
export function WhatIf({ curation, rule, moving, estimate, others, onMade }: Props) {
  const { message } = App.useApp();
  const asked = rule || (curation.attributes.rule ?? "");
  const exact = useCurationAskQuery({ id: curation.id, rule: asked }, { skip: !asked });
  const [create, making] = useCurationCreateMutation();
  const key = useRef({ rule: "", key: "" });
  const batches = curation.attributes.batches ?? [];
  const use = async () => {
    if (key.current.rule !== rule) key.current = { rule, key: newKey() };
    try {
      const made = await create({ "idempotency-key": key.current.key, newCuration: { batches, rule } }).unwrap();
      onMade(made.data.id);
      message.success("A new curation with this rule has begun.");
    } catch (error) {
      message.error(failureOf(error).message);
    }
  };
  const found = !moving && !exact.isFetching ? exact.currentData?.data.attributes : undefined;
  return (
    <div className="flex flex-col gap-2">
      <p className="text-lg font-semibold tabular-nums" role="status" data-testid="would-keep">
        {found ? `${whole(found.kept)} kept, ${whole(found.dropped)} dropped` : guess(estimate, others)}
      </p>
      {found && (
        <p className="text-soft">
          Exact, with reviews and withdrawn documents.{" "}
          {found.moved ? `${whole(found.moved)} decided otherwise than now.` : "Nothing is decided otherwise than now."}
        </p>
      )}
      {!found && !exact.error && <p className="text-soft">From the counts of the bars; the exact number follows.</p>}
      {exact.error && !moving && <p className="text-bad">{failureOf(exact.error).message}</p>}
      {found && found.unknown_scores.length > 0 && (
        <p className="text-warn">No sample has a score {found.unknown_scores.join(", ")}.</p>
      )}
      {found && found.reasons.length > 0 && (
        <ul className="text-soft" aria-label="Dropped for">
          {found.reasons.map((one) => (
            <li key={one.reason} className="flex justify-between gap-3">
              <span className="min-w-0 break-words">{one.reason}</span>
              <span className="tabular-nums">{whole(one.count)}</span>
            </li>
          ))}
        </ul>
      )}
      <p className="break-words">
        <code className={rule ? "text-ink" : "text-soft"}>{asked || "no rule"}</code>
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <Action
          type="primary"
          needs="curations:write"
          blocked={!rule && "Move a threshold first: this is the rule in use."}
          loading={making.isLoading}
          onClick={() => void use()}
        >
          Use as rule
        </Action>
        <Link to={`/datasets?new=dataset&curation=${curation.id}`}>Freeze a dataset</Link>
        <CopyCommand command={`studio curate ${batches.map(shell).join(" ")} --rule ${shell(asked)}`} />
      </div>
    </div>
  );
}

function guess(estimate: Estimate | null, others: boolean): string {
  if (!estimate) return "…";
  const about = estimate.exact && !others ? "" : "about ";
  if (estimate.low === estimate.high) return `${about}${whole(estimate.low)} kept`;
  return `${about}${whole(estimate.low)} to ${whole(estimate.high)} kept`;
}
