import { Checkbox } from "antd";
import { Link } from "react-router";
import { gainOf } from "@/shared/ui/gain";
import { GainCell } from "@/shared/ui/GainCell";
import { figure } from "@/shared/ui/numbers";
import { Progress } from "@/shared/ui/Progress";
import { Rows, type Column } from "@/shared/ui/Rows";
import { State } from "@/shared/ui/State";
import { duration } from "@/shared/ui/time";
import { Time } from "@/shared/ui/Time";
import { useNow } from "@/shared/ui/useNow";
import { isOpen, nameOf, originOf, secondsOf, shortOf, type Run } from "./runs";

interface Props {
  runs: readonly Run[];
  dataset: (id: string) => string;
  chosen: readonly string[];
  onChoose: (id: string) => void;
}

export function RunTable({ runs, dataset, chosen, onChoose }: Props) {
  const now = useNow(runs.some((run) => isOpen(run.attributes)) ? 1000 : 2 ** 31 - 1);
  const columns: Column<Run>[] = [
    {
      title: <span className="sr-only">Compare</span>,
      className: "w-8",
      cell: (run) => (
        <Checkbox
          checked={chosen.includes(run.id)}
          onChange={() => onChoose(run.id)}
          aria-label={`Compare ${nameOf(run)}`}
        />
      ),
    },
    {
      title: "Run",
      head: true,
      cell: (run) => (
        <>
          <Link to={`/runs/${run.id}`} className="font-medium">
            {run.attributes.model_name || "run"}
          </Link>{" "}
          <code className="text-soft" title={run.id}>
            {shortOf(run.id)}
          </code>
          <div className="text-xs text-soft">{originOf(run.attributes)}</div>
        </>
      ),
    },
    {
      title: "Dataset",
      cell: ({ attributes: run }) =>
        run.dataset_id ? <Link to={`/datasets/${run.dataset_id}`}>{dataset(run.dataset_id)}</Link> : "–",
    },
    { title: "State", cell: ({ attributes: run }) => <State name={run.status} /> },
    { title: "Progress", className: "min-w-36", cell: ({ attributes: run }) => <Done run={run} /> },
    {
      title: "Reward",
      right: true,
      cell: ({ attributes: run }) => figure(run.phase === "warm_start" ? null : run.reward),
    },
    { title: "Held-out gain [95 %]", className: "min-w-52", cell: ({ attributes: run }) => <Gained run={run} /> },
    {
      title: "Trainer",
      cell: ({ attributes: run }) => run.trainer ?? <span className="text-soft">{isOpen(run) ? "waiting" : "–"}</span>,
    },
    {
      title: "Started",
      cell: ({ attributes: run }) => (run.claimed_at || isOpen(run) ? <Time at={run.claimed_at} /> : "never"),
    },
    {
      title: "Took",
      right: true,
      cell: ({ attributes: run }) => {
        const seconds = secondsOf(run, now);
        return seconds === null ? "–" : duration(seconds);
      },
    },
  ];
  return (
    <Rows
      label="Runs"
      rows={runs}
      columns={columns}
      keyOf={(run) => run.id}
      marked={(run) => chosen.includes(run.id)}
    />
  );
}

function Done({ run }: { run: Run["attributes"] }) {
  const at = run.step ?? 0;
  const phase = run.phase === "warm_start" ? "warm start" : (run.phase ?? "not begun").toUpperCase();
  return (
    <>
      <div className="flex justify-between gap-2 text-xs text-soft">
        <span>{run.phase ? phase : "not begun"}</span>
        <span className="tabular-nums">
          {run.steps_total ? `${at} / ${run.steps_total}` : ""}
          {run.eta_seconds != null && ` · ${duration(run.eta_seconds)} left`}
        </span>
      </div>
      <Progress done={at} total={run.steps_total} label={`Progress: ${phase}`} />
    </>
  );
}

function Gained({ run }: { run: Run["attributes"] }) {
  const gain = gainOf(run);
  if (!gain) return <span className="text-soft">{isOpen(run) ? "at the end" : "–"}</span>;
  return <GainCell gain={gain} digits={2} />;
}
