import { Button } from "antd";
import { Link } from "react-router";
import { whole } from "@/shared/ui/numbers";
import { lineageOf, pathTo } from "@/shared/ui/places";
import { Card } from "@/shared/ui/Page";
import { markOf, NAMES, type Graph, type Point } from "./graph";
import { SampleList } from "./SampleList";

interface Props {
  point: Point;
  graph: Graph;
  root: string;
  onSelect: (key: string) => void;
  onExpand: (key: string) => void;
  onSample: (id: string) => void;
}

const LISTED = 200;

/** What is selected: its neighbours, the way to its page, or the things that it stands for. */
export function About({ point, graph, root, onSelect, onExpand, onSample }: Props) {
  const kind = point.kind;
  const from = graph.lines.filter((line) => line.to === point.key).flatMap((line) => graph.points.get(line.from) ?? []);
  const to = graph.lines.filter((line) => line.from === point.key).flatMap((line) => graph.points.get(line.to) ?? []);
  const single = !point.members && kind !== "samples";
  return (
    <Card
      title={`${NAMES[kind]}: ${kind === "samples" ? `of batch ${point.id.slice(0, 8)}` : point.label}`}
      extra={
        single && (
          <span className="flex flex-wrap items-center gap-3">
            {point.key !== root && <Link to={lineageOf(kind, point.id)}>Begin here</Link>}
            <Link to={pathTo(kind, point.id)}>Open its page</Link>
          </span>
        )
      }
    >
      <div className="flex flex-col gap-3">
        {single && (
          <code className="break-all text-soft" title="Id">
            {point.id}
          </code>
        )}
        {kind === "samples" && <SampleList batch={point.id} onChoose={onSample} />}
        {point.members && (
          <>
            <ul className="flex max-h-72 flex-col overflow-y-auto" aria-label={point.label} tabIndex={0}>
              {point.members.slice(0, LISTED).map((member) => (
                <li key={member.key} className="truncate">
                  <Link to={lineageOf(member.kind as Exclude<Point["kind"], "samples">, member.id)} title={member.id}>
                    {member.label}
                  </Link>
                </li>
              ))}
            </ul>
            {point.members.length > LISTED && (
              <p className="text-xs text-soft">
                First {LISTED} of {whole(point.members.length)}; draw them to see all.
              </p>
            )}
            <Button size="small" className="self-start" onClick={() => onExpand(point.key)}>
              Draw each
            </Button>
          </>
        )}
        <Neighbours name="Made from" points={from} onSelect={onSelect} />
        <Neighbours name="Made of it" points={to} onSelect={onSelect} />
      </div>
    </Card>
  );
}

interface NeighbourProps {
  name: string;
  points: Point[];
  onSelect: (key: string) => void;
}

function Neighbours({ name, points, onSelect }: NeighbourProps) {
  if (!points.length) return null;
  return (
    <div>
      <h3 className="text-xs font-normal text-soft">{name}</h3>
      <ul className="flex max-h-40 flex-wrap gap-x-3 overflow-y-auto">
        {points.map((point) => (
          <li key={point.key} className="max-w-full min-w-0">
            <button
              type="button"
              onClick={() => onSelect(point.key)}
              title={point.label}
              className="block max-w-full truncate p-0 text-accent hover:underline"
            >
              {NAMES[point.kind].toLowerCase()} {markOf(point)} {point.label}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
