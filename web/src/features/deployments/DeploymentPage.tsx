import { Button } from "antd";
import { useMemo } from "react";
import { Link } from "react-router";
import { useDeploymentsChangesQuery, useDeploymentsShowQuery, useDeploymentsVerdictsQuery } from "@/shared/api";
import type { DeploymentAttributes } from "@/shared/api";
import { failureOf, isGone } from "@/shared/api/failure";
import { Card, Page } from "@/shared/ui/Page";
import { State } from "@/shared/ui/State";
import { Time } from "@/shared/ui/Time";
import { Unread } from "@/shared/ui/Unread";
import { Actions } from "./Actions";
import { backOf, onTrial, lineageCommand, stateOf, timeline } from "./deployments";
import { Health } from "./Health";
import { LastVerdict } from "./LastVerdict";
import { Split } from "./Split";
import { Standing } from "./Standing";
import { Timeline } from "./Timeline";
import { useActions, type Refusal } from "./useActions";
import { Weight } from "./Weight";
import { Windows } from "./Windows";

export function DeploymentPage({ name }: { name: string }) {
  const { data, error, refetch } = useDeploymentsShowQuery({ name });
  if (!data || (error && isGone(failureOf(error))))
    return (
      <Unread
        title="Deployment"
        back={<Link to="/deployments">All deployments</Link>}
        error={error}
        retry={() => void refetch()}
      />
    );
  return <Shown it={data.data.attributes} again={() => void refetch()} />;
}

function Shown({ it, again }: { it: DeploymentAttributes; again: () => void }) {
  const changes = useDeploymentsChangesQuery({ name: it.name, limit: 500 }).data;
  const verdicts = useDeploymentsVerdictsQuery({ name: it.name, limit: 500 }).data;
  const rows = useMemo(() => changes?.data.map((one) => one.attributes) ?? [], [changes]);
  const moments = useMemo(() => timeline(rows, verdicts?.data.map((one) => one.attributes) ?? []), [rows, verdicts]);
  const actions = useActions(it, again);
  const trial = onTrial(it);
  const model = encodeURIComponent(it.model ?? "");
  return (
    <Page
      title={`Deployment ${it.name}`}
      lead={
        <span className="flex flex-wrap items-center gap-x-3">
          <State name={stateOf(it)} />
          <span>
            serves{" "}
            <Link to={`/models/${model}?version=${it.stable_version || it.candidate_version}`}>
              {it.model}@{it.stable_version || it.candidate_version}
            </Link>
            {trial && it.stable_version && (
              <>
                {" "}
                with <Link to={`/models/${model}?version=${it.candidate_version}`}>{it.candidate_version}</Link> on
                trial since <Time at={it.started_at} short />
              </>
            )}
          </span>
          <Link to={`/lineage/deployment/${encodeURIComponent(it.name)}`}>Lineage</Link>
          <Link to={`/events?subject=${encodeURIComponent(it.name)}`}>Events</Link>
          <Link to="/deployments">All deployments</Link>
        </span>
      }
      command={lineageCommand(it.name)}
      actions={<Actions it={it} back={backOf(it, rows)} actions={actions} />}
    >
      {actions.refusal && <Refused refusal={actions.refusal} it={it} forget={actions.forget} />}
      {it.status === "undecided" && (
        <p role="alert" className="rounded-lg border border-warn/50 bg-card p-4 text-warn">
          The trial ended undecided after {it.maximum_calls} calls of the canary: promote it or roll it back.
        </p>
      )}
      <div className="grid gap-4 xl:grid-cols-2">
        <Card title="Split of the calls">
          <Split arms={it.arms ?? []} />
          <Weight it={it} busy={actions.busy} onSet={actions.setWeight} />
        </Card>
        <Card title="Health">
          <Health arms={it.arms ?? []} />
        </Card>
      </div>
      <Standing it={it} />
      <Windows name={it.name} moments={moments} />
      <div className={`grid gap-4 ${it.verdict ? "xl:grid-cols-2" : ""}`}>
        {it.verdict && <LastVerdict it={it.verdict} />}
        <Timeline moments={moments} cut={!!changes?.meta?.next_cursor} />
      </div>
    </Page>
  );
}

function Refused({ refusal, it, forget }: { refusal: Refusal; it: DeploymentAttributes; forget: () => void }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-start justify-between gap-3 rounded-lg border border-bad/50 bg-card p-4"
    >
      <div>
        <h2 className="text-bad">{refusal.overtaken ? "Somebody else changed it meanwhile" : "That was not done"}</h2>
        {refusal.overtaken ? (
          <p>
            Nothing was done. What you see now is its new state: <strong>{stateOf(it).replaceAll("_", " ")}</strong>,
            stable {it.stable_version || "none"},{" "}
            {it.candidate_version ? `${it.candidate_version} on trial` : "nothing on trial"}. Look at it and decide
            again.
          </p>
        ) : (
          <p>
            {refusal.message} <span className="text-soft">{refusal.remedy}</span>
          </p>
        )}
      </div>
      <Button size="small" onClick={forget}>
        Seen
      </Button>
    </div>
  );
}
