import { Button, Select } from "antd";
import { useCallback, useMemo } from "react";
import { Link, useNavigate } from "react-router";
import { useTrainingIndexQuery } from "@/shared/api";
import { Chart } from "@/shared/charts/Chart";
import type { Ink } from "@/shared/charts/lines";
import { Choice } from "@/shared/ui/Choice";
import { figure } from "@/shared/ui/numbers";
import { Card, Page } from "@/shared/ui/Page";
import { Rows, type Column } from "@/shared/ui/Rows";
import { Stat, Stats } from "@/shared/ui/Stat";
import { State } from "@/shared/ui/State";
import { Empty, Failure, Loading } from "@/shared/ui/states";
import { useUrl } from "@/shared/ui/useUrl";
import { isOpen, listCommand, shortOf } from "./runs";
import { bestOf, FIGURES, trialName, trialsOf, type Trial } from "./searches";
import { searchOption } from "./searchOption";

/** One search: what was tried, what it gave, which trial is best. */
export function SearchPage({ name }: { name: string }) {
  const { get, set } = useUrl();
  const navigate = useNavigate();
  const label = `search=${name}`;
  const { data, error, refetch } = useTrainingIndexQuery({ label: [label], limit: 500 });
  const wanted = get("figure", FIGURES[0]);
  const lowest = get("best") === "lowest";
  const trials = useMemo(() => trialsOf(data?.data ?? [], wanted), [data, wanted]);
  const option = useCallback((ink: Ink) => searchOption(trials, wanted, lowest, ink), [trials, wanted, lowest]);
  const best = bestOf(trials, lowest);
  const known = trials.filter((trial) => trial.value !== null).length;
  const figures = [...new Set([...FIGURES, ...trials.flatMap((one) => Object.keys(one.run.attributes.metrics ?? {}))])];
  return (
    <Page
      title={`Search ${name}`}
      lead={
        <>
          <Link to="/runs?searches=all">All searches</Link> · <Link to={`/runs?label=${label}`}>as a list of runs</Link>
        </>
      }
      command={listCommand("", label)}
      actions={
        <Button
          disabled={trials.length < 2}
          onClick={() => void navigate(`/runs?compare=${ranked(trials, lowest).join(",")}`)}
        >
          Compare the best
        </Button>
      }
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading what="Reading the trials" />}
      {data && !trials.length && (
        <Empty title="There is no such search">No run carries the label {label}. Start one with <code>studio search</code>.</Empty>
      )}
      {trials.length > 0 && (
        <>
          <Card
            title="Trials"
            extra={
              <span className="flex flex-wrap items-center gap-3">
                <Select
                  aria-label="Figure"
                  className="w-56"
                  value={wanted}
                  onChange={(figure) => set({ figure })}
                  options={figures.map((value) => ({ value, label: value.replaceAll("_", " ") }))}
                />
                <Choice
                  label="Best is"
                  value={lowest ? "lowest" : "highest"}
                  onChange={(best) => set({ best })}
                  options={[
                    { value: "highest", name: "highest is best" },
                    { value: "lowest", name: "lowest is best" },
                  ]}
                />
              </span>
            }
          >
            <Stats>
              <Stat name="Trials" value={trials.length} />
              <Stat name="Open" value={trials.filter((one) => isOpen(one.run.attributes)).length} />
              <Stat name="With a result" value={known} />
              <Stat name="Best" value={best ? `${figure(best.value, 4)} (${trialName(best)})` : "none yet"} />
            </Stats>
            {known > 0 ? (
              <div className="mt-4">
                <Chart option={option} label={`${wanted} of ${known} trials; ${best ? `best ${figure(best.value)}` : ""}`} />
              </div>
            ) : (
              <p className="mt-4 text-soft">No trial has the figure {wanted} yet.</p>
            )}
          </Card>
          <Card>
            <Rows
              label="Trials"
              rows={trials}
              columns={columnsOf(trials, wanted)}
              keyOf={(trial) => trial.run.id}
              marked={(trial) => trial === best}
            />
          </Card>
        </>
      )}
    </Page>
  );
}

/** Ids of the best, as many as are compared. */
const ranked = (trials: readonly Trial[], lowest: boolean): string[] =>
  [...trials]
    .filter((trial) => trial.value !== null)
    .sort((one, other) => (lowest ? 1 : -1) * ((one.value ?? 0) - (other.value ?? 0)))
    .slice(0, 4)
    .map((trial) => trial.run.id);

function columnsOf(trials: readonly Trial[], wanted: string): Column<Trial>[] {
  const names = trials[0]?.settings.map(([name]) => name) ?? [];
  return [
    {
      title: "Trial",
      head: true,
      cell: (trial) => (
        <>
          <Link to={`/runs/${trial.run.id}`}>{trialName(trial)}</Link>{" "}
          <code className="text-soft">{shortOf(trial.run.id)}</code>
        </>
      ),
    },
    { title: "State", cell: (trial) => <State name={trial.run.attributes.status} /> },
    { title: wanted.replaceAll("_", " "), right: true, cell: (trial) => figure(trial.value, 4) },
    ...names.map((name, index) => ({
      title: name,
      right: true,
      cell: (trial: Trial) => trial.settings[index]?.[1] || "default",
    })),
    { title: "Why it ended", cell: (trial) => <span className="text-soft">{trial.why}</span> },
  ];
}
