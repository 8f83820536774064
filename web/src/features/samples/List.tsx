import { Link } from "react-router";
import type { SampleResource } from "@/shared/api";
import { Grid, type Column } from "@/shared/ui/Grid";
import { figure, whole } from "@/shared/ui/numbers";
import { State } from "@/shared/ui/State";
import { verdictOf } from "./names";
import { judge } from "./rule";
import { nextSort } from "./scope";

interface Props {
  total: number;
  get: (index: number) => SampleResource | undefined;
  active: number;
  onOpen: (index: number) => void;
  onRange: (first: number, last: number) => void;
  scorer: string;
  /** With the thresholds of the page, where one was moved; rows that it would decide otherwise say so. */
  rule: string;
  sort: string;
  onSort: (sort: string) => void;
  /** Half of the width is the open sample's. */
  narrow: boolean;
  linkOf: (id: string, index: number) => string;
}

/** All samples of the list, whatever their number. */
export function List(props: Props) {
  const { scorer, sort, onSort } = props;
  const direction = (column: string) =>
    sort === column ? "ascending" : sort === `-${column}` ? "descending" : undefined;
  const columns: Column<SampleResource>[] = [
    {
      name: "number",
      title: "No.",
      width: "5rem",
      sorted: direction("created"),
      onSort: () => onSort(nextSort(sort, "created")),
      cell: (_row, index) => <span className="text-soft tabular-nums">{whole(index + 1)}</span>,
    },
    {
      name: "question",
      title: "Question",
      width: "minmax(10rem,2fr)",
      cell: (row, index) => (
        <Link
          to={props.linkOf(row.id, index)}
          tabIndex={-1}
          className="text-ink! no-underline!"
          title={row.attributes.question}
          onClick={(event) => (event.ctrlKey || event.metaKey ? event.stopPropagation() : event.preventDefault())}
        >
          {row.attributes.question}
        </Link>
      ),
    },
    {
      name: "answer",
      title: "Answer",
      width: "minmax(6rem,1fr)",
      cell: (row) => <span title={row.attributes.answer}>{row.attributes.answer}</span>,
    },
    {
      name: "kind",
      title: "Kind",
      width: "6rem",
      cell: (row) => <span className="text-soft">{row.attributes.kind?.replaceAll("_", " ")}</span>,
    },
    {
      name: "score",
      title: scorer.replaceAll("_", " "),
      width: "8.5rem",
      sorted: direction("score"),
      onSort: () => onSort(nextSort(sort, "score")),
      cell: (row) => <Score value={scoreOf(row, scorer)} />,
    },
    {
      name: "state",
      title: "State",
      width: "9.5rem",
      cell: ({ attributes: it }) => (
        <span className="flex gap-1" title={it.review ? `${it.review.decision} by ${it.review.author}` : (it.reason ?? "")}>
          {verdictOf(it) === "undecided" ? <span className="text-soft">not decided</span> : <State name={verdictOf(it)} />}
          {it.review && <span className="text-xs text-soft">by hand</span>}
          {change(it, props.rule) && (
            <>
              <span className="text-soft">→</span>
              <State name={change(it, props.rule)} />
            </>
          )}
        </span>
      ),
    },
  ];
  const shown = props.narrow ? columns.filter((one) => one.name !== "kind" && one.name !== "answer") : columns;
  return (
    <Grid
      label="Samples"
      columns={shown}
      count={props.total}
      get={props.get}
      active={props.active}
      onOpen={props.onOpen}
      onRange={props.onRange}
      minWidth={props.narrow ? "30rem" : "46rem"}
      className="h-full"
    />
  );
}

/** What the rule would make of it, where that is another thing than now. A person's decision stays. */
function change(it: SampleResource["attributes"], rule: string): string {
  if (!rule || it.review || it.kept == null) return "";
  const kept = judge(rule, (name) => it.scores?.[name]?.value ?? (name === "quality" ? it.quality : undefined));
  return kept === null || kept === it.kept ? "" : kept ? "kept" : "dropped";
}

const scoreOf = ({ attributes: it }: SampleResource, scorer: string): number | undefined =>
  it.scores?.[scorer]?.value ?? (scorer === "quality" ? it.quality : undefined);

function Score({ value }: { value: number | undefined }) {
  if (value === undefined) return <span className="text-soft">–</span>;
  return (
    <span className="flex items-center gap-2 tabular-nums">
      <span className="w-11">{figure(value)}</span>
      <span aria-hidden className="h-1.5 flex-1 overflow-hidden rounded bg-raised">
        <span className="block h-full rounded bg-accent" style={{ width: `${Math.min(1, Math.max(0, value)) * 100}%` }} />
      </span>
    </span>
  );
}
