import { Link } from "react-router";
import { useTrainersIndexQuery, type TrainerResource } from "@/shared/api";
import { size } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Rows, type Column } from "@/shared/ui/Rows";
import { State } from "@/shared/ui/State";
import { Time } from "@/shared/ui/Time";
import { shortOf } from "./runs";

const EVERY = 5000; // announcements are not in the live feed: there is one every few seconds
const COLUMNS: Column<TrainerResource>[] = [
  { title: "Trainer", head: true, cell: (one) => one.id },
  {
    title: "State",
    cell: ({ attributes: it }) => <State name={it.status} />,
  },
  {
    title: "Run",
    cell: ({ attributes: it }) =>
      it.run_id ? <Link to={`/runs/${it.run_id}`}>{`${it.model_name ?? "run"} ${shortOf(it.run_id)}`}</Link> : "–",
  },
  {
    title: "Devices",
    cell: ({ attributes: it }) =>
      it.devices.map((one) => (
        <div key={one.name}>
          {one.kind} <span className="text-soft">{`${one.name}, ${size(one.free)} of ${size(one.memory)} free`}</span>
        </div>
      )),
  },
  { title: "Heard", right: true, cell: ({ attributes: it }) => <Time at={it.announced_at} short /> },
];

/** Who could train, on what, and what each holds; nothing where none has announced itself. */
export function Trainers() {
  const { data } = useTrainersIndexQuery({}, { pollingInterval: EVERY });
  if (!data?.data.length) return null;
  return (
    <Card title="Trainers">
      <Rows label="Trainers" rows={data.data} columns={COLUMNS} keyOf={(one) => one.id} />
    </Card>
  );
}
