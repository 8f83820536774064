import { Button, Select } from "antd";
import { useMemo } from "react";
import { Link } from "react-router";
import { useDatasetsIndexQuery, useTrainingIndexQuery } from "@/shared/api";
import { Card, Page } from "@/shared/ui/Page";
import { Failure, Loading } from "@/shared/ui/states";
import { useUrl } from "@/shared/ui/useUrl";
import { CompareCurves } from "./CompareCurves";
import { CompareTable } from "./CompareTable";
import { differences, idsOf, toggled } from "./compare";
import { Dot } from "./CurveCard";
import { datasetName, listCommand, nameOf } from "./runs";
import { useSteps } from "./useSteps";

/** Several runs over each other: curves, outcomes, settings. */
export function Compare() {
  const { get, set } = useUrl();
  const text = get("compare");
  const ids = useMemo(() => idsOf(text), [text]);
  const { data, error, refetch } = useTrainingIndexQuery({ limit: 500 });
  const datasets = useDatasetsIndexQuery({ limit: 500 }).data?.data;
  const all = data?.data ?? [];
  const runs = ids.flatMap((id) => all.find((run) => run.id === id) ?? []);
  const steps = useSteps(runs.map((run) => run.id));
  const lost = data ? ids.filter((id) => !all.some((run) => run.id === id)) : [];
  const failed = ids.map((id) => steps.of(id).error).find((one) => one !== undefined);
  return (
    <Page
      title={`Compare ${runs.length} ${runs.length === 1 ? "run" : "runs"}`}
      lead={<Link to={`/runs?chosen=${text}`}>All runs</Link>}
      command={listCommand("")}
    >
      <div className="flex flex-wrap items-center gap-2">
        <Select
          className="w-80"
          aria-label="Add a run"
          placeholder="Add a run"
          value={null}
          showSearch={{ optionFilterProp: "label" }}
          disabled={ids.length >= 8}
          onChange={(id: string) => set({ compare: toggled(text, id) })}
          options={all
            .filter((run) => !ids.includes(run.id))
            .map((run) => ({ value: run.id, label: `${nameOf(run)} · ${run.attributes.status}` }))}
        />
        <ul className="flex flex-wrap gap-2" aria-label="Runs that are compared">
          {runs.map((run, hue) => (
            <li key={run.id} className="flex items-center gap-1.5 rounded border border-line bg-card px-2 py-0.5">
              <Dot hue={hue} />
              <Link to={`/runs/${run.id}`}>{nameOf(run)}</Link>
              <Button
                size="small"
                type="text"
                aria-label={`Take ${nameOf(run)} out`}
                onClick={() => set({ compare: toggled(text, run.id) })}
              >
                ×
              </Button>
            </li>
          ))}
        </ul>
      </div>
      {lost.length > 0 && (
        <p role="alert" className="text-warn">
          Not among the newest 500 runs: {lost.map((id) => id.slice(0, 8)).join(", ")}.
        </p>
      )}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {failed !== undefined && <Failure error={failed} retry={steps.again} what="Some steps could not be read" />}
      {!data && !error && <Loading what="Loading runs" />}
      {runs.length === 1 && <p className="text-soft">Add another run to see them over each other.</p>}
      {runs.length > 0 && (
        <>
          <CompareCurves runs={runs} loaded={steps.of} />
          <Card title="Outcomes and settings">
            <CompareTable runs={runs} rows={differences(runs, (id) => datasetName(datasets, id))} />
          </Card>
        </>
      )}
    </Page>
  );
}
