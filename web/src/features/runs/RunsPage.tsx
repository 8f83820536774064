import { Button, Select, Tag } from "antd";
import { useCallback } from "react";
import { Link, useNavigate } from "react-router";
import { useDatasetsIndexQuery, useTrainingIndexQuery } from "@/shared/api";
import { Action } from "@/shared/ui/Action";
import { ListBar } from "@/shared/ui/ListBar";
import { Card, Page } from "@/shared/ui/Page";
import { Empty, Failure, Loading } from "@/shared/ui/states";
import { useUrl } from "@/shared/ui/useUrl";
import { idsOf, toggled } from "./compare";
import { datasetName, isOpen, listCommand, matching, shortOf, STATES, type RunState } from "./runs";
import { RunTable } from "./RunTable";
import { Trainers } from "./Trainers";

const LIMIT = 200;
const FILTERS = ["label", "parent"] as const;

export function RunsPage() {
  const { get, set } = useUrl();
  const navigate = useNavigate();
  const status = STATES.find((state) => state === get("status"));
  const { data, error, refetch } = useTrainingIndexQuery({
    status,
    datasetId: get("dataset") || undefined,
    parentRun: get("parent") || undefined,
    label: get("label") ? [get("label")] : undefined,
    limit: LIMIT,
    cursor: get("older") || undefined,
  });
  const datasets = useDatasetsIndexQuery({ limit: 500 }).data?.data;
  const nameOfDataset = useCallback((id: string) => datasetName(datasets, id), [datasets]);
  const runs = data?.data ?? [];
  const shown = matching(runs, get("q"), nameOfDataset);
  const open = runs.filter((run) => isOpen(run.attributes)).length;
  const chosen = get("chosen");
  const ids = idsOf(chosen);
  const next = data?.meta?.next_cursor;
  const filtered = !!(status || get("q") || get("dataset") || get("parent") || get("label") || get("older"));
  const frozen = datasets?.find((one) => one.attributes.status === "frozen")?.id;
  return (
    <Page
      title="Runs"
      lead="Training with GRPO: what was asked, how it goes, what it gained on questions that were held out."
      command={listCommand(status ?? "", get("label"), get("parent"))}
      actions={
        <>
          <Button onClick={() => set({ searches: "all" }, { replace: false })}>Searches</Button>
          <Action
            blocked={ids.length < 2 && "Choose two runs or more in the table."}
            onClick={() => void navigate(`/runs?compare=${chosen}`)}
          >
            Compare{ids.length > 0 && ` ${ids.length}`}
          </Action>
          <Action
            type="primary"
            needs="runs:write"
            blocked={datasets && !frozen && "Freeze a dataset first: a run trains on one."}
            onClick={() => void navigate(`/runs?new=${frozen ?? "dataset"}`)}
          >
            New run
          </Action>
        </>
      }
    >
      <ListBar
        placeholder="Model, dataset, trainer or id"
        label="Search in the runs that are shown"
        shown={shown.length}
        of={data?.data.length}
        noun="run"
        more={(next ? " read so far" : "") + (open ? `, ${open} open` : "")}
      >
        <Select
          className="w-40"
          aria-label="State"
          value={status ?? ""}
          onChange={(value: RunState | "") => set({ status: value, older: "" })}
          options={[{ label: "Any state", value: "" }, ...STATES.map((state) => ({ label: state, value: state }))]}
        />
        {FILTERS.filter((name) => get(name)).map((name) => (
          <Tag key={name} closable onClose={() => set({ [name]: "", older: "" })}>
            {name === "label" ? get(name) : `forks of ${shortOf(get(name))}`}
          </Tag>
        ))}
      </ListBar>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading what="Loading runs" />}
      {data && !shown.length && (
        <Empty
          title={filtered ? "No run matches" : "No runs yet"}
          action={
            filtered && (
              <Button onClick={() => set({ q: "", status: "", dataset: "", parent: "", label: "", older: "" })}>
                Show all runs
              </Button>
            )
          }
        >
          {!filtered && (
            <>
              A run trains a model on a frozen dataset. Freeze one under <Link to="/datasets">Datasets</Link>, then
              start a run here or with <code>studio train</code>.
            </>
          )}
        </Empty>
      )}
      {shown.length > 0 && (
        <Card>
          <RunTable
            runs={shown}
            dataset={nameOfDataset}
            chosen={ids}
            onChoose={(id) => set({ chosen: toggled(chosen, id) })}
          />
        </Card>
      )}
      {(next || get("older")) && (
        <p className="flex gap-3">
          {get("older") && <Button onClick={() => set({ older: "" }, { replace: false })}>Newest runs</Button>}
          {next && <Button onClick={() => set({ older: next }, { replace: false })}>Older runs</Button>}
        </p>
      )}
      <Trainers />
    </Page>
  );
}
