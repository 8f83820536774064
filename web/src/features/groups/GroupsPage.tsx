import { Segmented, Select } from "antd";
import { useMemo } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { useTrainingGroupsQuery, useTrainingShowQuery } from "@/shared/api";
import { failureOf, isGone } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { Page } from "@/shared/ui/Page";
import { Failure, Loading } from "@/shared/ui/states";
import { useUrl } from "@/shared/ui/useUrl";
import { CompletionCard } from "./CompletionCard";
import { Formula } from "./Formula";
import { groupsOf, neighbours, sorted, type Sort } from "./groups";
import { Prompt } from "./Prompt";
import { Prompts } from "./Prompts";
import { useArrows } from "./useArrows";
import { useGroupSteps } from "./useGroupSteps";

const SORTS: { label: string; value: Sort }[] = [
  { label: "As sampled", value: "sampled" },
  { label: "Best first", value: "best" },
  { label: "Worst first", value: "worst" },
];

export function GroupsPage({ id, step }: { id: string; step: number }) {
  const navigate = useNavigate();
  const { search } = useLocation();
  const { get, number, set } = useUrl();
  const run = useTrainingShowQuery({ id });
  const { data, error, refetch, isFetching } = useTrainingGroupsQuery({ id, step });
  const steps = useGroupSteps(id);
  const { before, after } = neighbours(steps, step);
  const normalise = settingOf(run.data?.data.attributes.config);
  const it = data?.data.attributes;
  const groups = useMemo(() => groupsOf(it?.rows ?? [], normalise), [it, normalise]);
  const group = groups.find((one) => one.number === number("prompt")) ?? groups[0];
  const sort = SORTS.find(({ value }) => value === get("sort"))?.value ?? "sampled";
  const dead = groups.filter((one) => one.dead).length;

  const go = (to: number | undefined) => to !== undefined && void navigate(`/runs/${id}/groups/${to}${search}`);
  const choose = (to: number) => set({ prompt: to || "" });
  useArrows((key) => {
    const at = groups.findIndex((one) => one === group);
    if (key === "ArrowLeft") go(before);
    else if (key === "ArrowRight") go(after);
    else {
      const next = groups[at + (key === "ArrowDown" ? 1 : -1)];
      if (next) choose(next.number);
    }
    return true;
  });

  return (
    <Page
      title={`Groups of step ${step}`}
      lead={
        <span className="flex flex-wrap gap-x-3">
          <Link to={`/runs/${id}`}>Run of {run.data?.data.attributes.model_name ?? "…"}</Link>
          {it && (
            <span>
              {groups.length} prompts, {it.rows.length} completions
              {it.total > it.rows.length && ` (the first of ${it.total})`}, {dead} dead{" "}
              {dead === 1 ? "group" : "groups"}
            </span>
          )}
        </span>
      }
      command={`studio runs show ${id}`}
      actions={
        <>
          <Action
            blocked={before === undefined && "There is no step before it with groups."}
            onClick={() => go(before)}
            aria-keyshortcuts="ArrowLeft"
          >
            ← Step before
          </Action>
          <Select
            className="w-28"
            aria-label="Step"
            value={step}
            onChange={go}
            showSearch
            options={steps.map((one) => ({ label: `step ${one}`, value: one }))}
          />
          <Action
            blocked={after === undefined && "There is no later step with groups yet."}
            onClick={() => go(after)}
            aria-keyshortcuts="ArrowRight"
          >
            Next step →
          </Action>
        </>
      }
    >
      {error && <Missing error={error} retry={() => void refetch()} id={id} last={steps.at(-1)} />}
      {!it && !error && <Loading what="Reading the groups" />}
      {group && (
        <div className="grid gap-4 lg:grid-cols-[18rem_1fr]" aria-busy={isFetching}>
          <Prompts groups={groups} chosen={group.number} onChoose={choose} />
          <div className="flex min-w-0 flex-col gap-4">
            <Prompt group={group} />
            <Formula group={group} normalise={normalise} />
            <div className="flex flex-wrap items-center justify-between gap-2">
              <h2>{group.completions.length} completions</h2>
              <Segmented
                aria-label="Order of the completions"
                value={sort}
                options={SORTS}
                onChange={(value) => set({ sort: value === "sampled" ? "" : value })}
              />
            </div>
            <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
              {sorted(group.completions, sort).map((one) => (
                <CompletionCard key={one.number} it={one} reference={group.answer} dead={group.dead} />
              ))}
            </ul>
            <p className="text-xs text-soft">
              Words not in the reference are underlined, missing ones struck through. Keys: ← → step, ↑ ↓ prompt.
            </p>
          </div>
        </div>
      )}
    </Page>
  );
}

/** Whether advantages are divided by the deviation; so it is by default. */
function settingOf(config: Record<string, unknown> | undefined): boolean {
  const grpo = config?.grpo;
  return !(grpo && typeof grpo === "object" && "normalise" in grpo && grpo.normalise === false);
}

function Missing({ error, retry, id, last }: { error: unknown; retry: () => void; id: string; last?: number }) {
  const gone = isGone(failureOf(error));
  return (
    <>
      <Failure error={error} retry={gone ? undefined : retry} what={gone ? "This step has no groups" : undefined} />
      <p className="flex gap-4">
        <Link to={`/runs/${id}`}>The run</Link>
        {last !== undefined && <Link to={`/runs/${id}/groups/${last}`}>Its last step with groups ({last})</Link>}
      </p>
    </>
  );
}
