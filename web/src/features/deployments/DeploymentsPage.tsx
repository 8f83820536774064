import { Link } from "react-router";
import { useDeploymentsIndexQuery, type DeploymentAttributes } from "@/shared/api";
import { ListBar } from "@/shared/ui/ListBar";
import { percent, whole } from "@/shared/ui/numbers";
import { Card, Page } from "@/shared/ui/Page";
import { Rows, type Column } from "@/shared/ui/Rows";
import { Empty, Failure, Loading } from "@/shared/ui/states";
import { State } from "@/shared/ui/State";
import { Time } from "@/shared/ui/Time";
import { useUrl } from "@/shared/ui/useUrl";
import { stateOf } from "./deployments";
import { Split } from "./Split";

const sum = (it: DeploymentAttributes, read: "calls" | "errors"): number =>
  (it.arms ?? []).reduce((total, arm) => total + (arm[read] ?? 0), 0);

const COLUMNS: Column<DeploymentAttributes>[] = [
  {
    title: "Deployment",
    head: true,
    cell: (it) => (
      <Link to={`/deployments/${encodeURIComponent(it.name)}`} className="font-medium">
        {it.name}
      </Link>
    ),
  },
  { title: "Model", cell: (it) => <Link to={`/models/${encodeURIComponent(it.model ?? "")}`}>{it.model}</Link> },
  { title: "State", cell: (it) => <State name={stateOf(it)} /> },
  { title: "Stable", cell: (it) => it.stable_version || "–" },
  { title: "On trial", cell: (it) => it.candidate_version || <span className="text-soft">nothing</span> },
  {
    title: "Split asked",
    className: "min-w-36",
    cell: (it) =>
      it.candidate_version ? (
        <>
          <span className="text-xs text-soft">{percent(it.weight, 0)} to the canary</span>
          <Split arms={it.arms ?? []} only="asked" />
        </>
      ) : (
        <span className="text-soft">all to the stable one</span>
      ),
  },
  { title: "Calls", right: true, cell: (it) => whole(sum(it, "calls")) },
  {
    title: "Errors",
    right: true,
    cell: (it) => <span className={sum(it, "errors") ? "text-bad" : ""}>{whole(sum(it, "errors"))}</span>,
  },
  {
    title: "Test",
    cell: (it) => it.standing?.decision ?? (it.verdict ? `${it.verdict.version}: ${it.verdict.decision}` : "–"),
  },
  { title: "Last change", right: true, cell: (it) => <Time at={it.updated_at} /> },
];

export function DeploymentsPage() {
  const { get } = useUrl();
  const { data, error, refetch } = useDeploymentsIndexQuery({ limit: 500 });
  const all = (data?.data ?? []).map((one) => one.attributes);
  const wanted = get("q").trim().toLowerCase();
  const shown = all.filter((one) => `${one.name} ${one.model}`.toLowerCase().includes(wanted));
  return (
    <Page
      title="Deployments"
      lead="What answers calls: the stable version of each, and what is on trial against it."
      command="studio deployments list"
    >
      {all.length > 0 && (
        <ListBar
          placeholder="Name or model"
          label="Search deployments by name or model"
          shown={shown.length}
          of={all.length}
          noun="deployment"
          more={data?.meta?.next_cursor && " (the newest 500)"}
        />
      )}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading what="Loading deployments" />}
      {data && !shown.length && (
        <Empty title={all.length ? "No deployment matches" : "No deployments yet"}>
          {!all.length && (
            <>
              Choose a version under <Link to="/models">Models</Link> and deploy it, or use <code>studio deploy</code>.
              The first version serves at once; the next ones go on trial.
            </>
          )}
        </Empty>
      )}
      {shown.length > 0 && (
        <Card>
          <Rows label="Deployments" rows={shown} columns={COLUMNS} keyOf={(it) => it.name} />
        </Card>
      )}
    </Page>
  );
}
