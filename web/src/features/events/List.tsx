import { Link } from "react-router";
import { Grid, type Column } from "@/shared/ui/Grid";
import { Time } from "@/shared/ui/Time";
import { summary, thingOf, type Event } from "./events";

interface Props {
  rows: readonly Event[];
  open: number;
  narrow: boolean;
  onOpen: (event: Event) => void;
  onRange: (first: number, last: number) => void;
}

const COLUMNS: Column<Event>[] = [
  {
    name: "time",
    title: "Time",
    width: "8rem",
    cell: (event) => (
      <span className="text-soft tabular-nums">
        <Time at={event.time} short />
      </span>
    ),
  },
  { name: "type", title: "Type", width: "11rem", cell: (event) => <span className="font-medium">{event.type}</span> },
  {
    name: "topic",
    title: "Topic",
    width: "11rem",
    cell: (event) => <span className="text-soft">{event.topic.replace("studio.", "")}</span>,
  },
  {
    name: "subject",
    title: "Subject",
    width: "11rem",
    cell: (event) => {
      const thing = thingOf(event);
      const name = <code title={event.subject}>{brief(event.subject)}</code>;
      return thing ? (
        <Link to={thing.path} tabIndex={-1} title={`to the ${thing.name}`} onClick={(press) => press.stopPropagation()}>
          {name}
        </Link>
      ) : (
        name
      );
    },
  },
  {
    name: "body",
    title: "Body",
    width: "minmax(14rem,1fr)",
    cell: (event) => <span className="text-soft">{summary(event.data)}</span>,
  },
];

/** A long id by its beginning and its end: parts of an aggregate differ there. */
const brief = (subject: string): string =>
  subject.length <= 20 ? subject : `${subject.slice(0, 8)}…${subject.slice(subject.includes("/") ? subject.indexOf("/") : -4)}`;

/** Events, the newest on top. */
export function List({ rows, open, narrow, onOpen, onRange }: Props) {
  return (
    <Grid
      label="Events"
      columns={narrow ? COLUMNS.filter((one) => one.name !== "topic") : COLUMNS}
      count={rows.length}
      get={(index) => rows[index]}
      active={open}
      onOpen={(index) => rows[index] && onOpen(rows[index])}
      onRange={onRange}
      rowHeight={32}
      minWidth={narrow ? "36rem" : "56rem"}
      className="h-full text-[13px]"
    />
  );
}
