import { useMemo } from "react";
import { Link } from "react-router";
import { useTrainingEvaluationsQuery, useTrainingShowQuery, type EvaluationAttributes } from "@/shared/api";
import { failureOf, isGone } from "@/shared/api/failure";
import { Page } from "@/shared/ui/Page";
import { Empty, Failure, Loading } from "@/shared/ui/states";
import { Unread } from "@/shared/ui/Unread";
import { AdjustRun } from "./AdjustRun";
import { Alarms } from "./Alarms";
import { CancelRun } from "./CancelRun";
import { Evaluations } from "./Evaluations";
import { Figures, useDefinitions } from "./Figures";
import { ForkRun } from "./ForkRun";
import { PauseRun } from "./PauseRun";
import { RunChanges } from "./RunChanges";
import { RunCurves } from "./RunCurves";
import { RunFigures } from "./RunFigures";
import { RunLead } from "./RunLead";
import { isOpen, showCommand } from "./runs";
import { Settings } from "./Settings";
import { lastOf, withGroups } from "./steps";
import { useSteps } from "./useSteps";

const NONE: readonly EvaluationAttributes[] = [];

export function RunPage({ id }: { id: string }) {
  const { data, error, refetch } = useTrainingShowQuery({ id });
  if (!data || (error && isGone(failureOf(error))))
    return <Unread title="Run" back={<Link to="/runs">All runs</Link>} error={error} retry={() => void refetch()} />;
  return <Shown id={id} run={data.data} />;
}

function Shown({ id, run }: { id: string; run: NonNullable<ReturnType<typeof useTrainingShowQuery>["data"]>["data"] }) {
  const it = run.attributes;
  const evaluations = useTrainingEvaluationsQuery({ id });
  const steps = useSteps([id]);
  const { steps: rows, whole, error } = steps.of(id);
  const groups = withGroups(rows);
  const definitions = useDefinitions(id, rows);
  const marks = useRows(evaluations.data);
  return (
    <Page
      title={`Run of ${it.model_name}`}
      lead={<RunLead run={run} />}
      command={showCommand(id)}
      actions={
        <>
          {groups.length > 0 && <Link to={`/runs/${id}/groups/${groups.at(-1)}`}>Groups</Link>}
          <Link to={`/runs?compare=${id}`}>Compare</Link>
          {it.status === "completed" && <Link to={`/models/${encodeURIComponent(it.model_name ?? "")}`}>Model</Link>}
          <Link to={`/lineage/run/${id}`}>Lineage</Link>
          <Link to={`/events?subject=${id}`}>Events</Link>
          <Link to={`/runs?parent=${id}`}>Forks</Link>
          <PauseRun run={run} />
          <AdjustRun run={run} />
          <ForkRun run={run} last={lastOf(rows)} />
          <CancelRun run={run} />
        </>
      }
    >
      <RunFigures run={it} />
      {it.error && (
        <div role="alert" className="rounded-lg border border-bad/50 bg-card p-4">
          <h2 className="text-bad">The run ended: {it.error.code}</h2>
          <p>{it.error.reason}</p>
          {it.error.field && (
            <p className="text-soft">
              Setting: <code>{it.error.field}</code>
            </p>
          )}
          {it.error.remedy && <p className="text-soft">{it.error.remedy}</p>}
        </div>
      )}
      {error !== undefined && <Failure error={error} retry={steps.again} what="The steps could not be read" />}
      {rows.length > 0 && (
        <RunCurves id={id} steps={rows} whole={whole} evaluations={marks} definitions={definitions} />
      )}
      <Alarms steps={rows} />
      <RunChanges id={id} />
      {!rows.length &&
        !error &&
        (whole ? <NoSteps open={isOpen(it)} status={it.status} /> : <Loading what="Reading the steps" />)}
      {evaluations.error ? (
        <Failure error={evaluations.error} retry={() => void evaluations.refetch()} />
      ) : (
        <Evaluations rows={marks} />
      )}
      {rows.length > 0 && <Figures steps={rows} definitions={definitions} />}
      <Settings id={id} config={it.config ?? {}} />
    </Page>
  );
}

function NoSteps({ open, status }: { open: boolean; status: string }) {
  return (
    <Empty title="No steps yet">
      {open
        ? "A free trainer takes the run; its curves grow here by themselves, step by step."
        : `The run is ${status} and did not reach its first step.`}
    </Empty>
  );
}

/** The attributes of a page, the same array as long as the page is the same. */
function useRows(page: { data: { attributes: EvaluationAttributes }[] } | undefined): readonly EvaluationAttributes[] {
  return useMemo(() => page?.data.map((one) => one.attributes) ?? NONE, [page]);
}
