import { Button } from "antd";
import { Link } from "react-router";
import { useDatasetsDiffQuery, type RowChange } from "@/shared/api";
import { Choice } from "@/shared/ui/Choice";
import { whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { State } from "@/shared/ui/State";
import { Failure, Loading } from "@/shared/ui/states";
import { useUrl } from "@/shared/ui/useUrl";
import { cellsOf, changeOf, CHANGES, differing } from "./diff";

const SHOWN = 25;

/** Rows that were added, removed, changed or moved between the splits, from one version to another. */
export function RowDiff({ ids: [id, other] }: { ids: readonly [string, string] }) {
  const { get, set } = useUrl();
  const change = changeOf(get("change"));
  const cursor = get("rows") || undefined;
  const { currentData, error, refetch } = useDatasetsDiffQuery({ id, other, change, limit: SHOWN, cursor });
  const found = currentData?.data.attributes;
  if (error) return <Failure error={error} retry={() => void refetch()} what="The rows could not be compared" />;
  if (!found) return <Loading what="Comparing the rows" />;
  const { counts } = found;
  return (
    <Card
      title="Rows"
      extra={
        <Choice
          label="Rows that were"
          value={change ?? ""}
          onChange={(next) => set({ change: next, rows: "" })}
          options={[
            { value: "", name: "all that differ", count: differing(counts) },
            ...CHANGES.map((value) => ({ value, name: value, count: counts[value] })),
          ]}
        />
      }
    >
      <p role="status" className="text-soft">
        {found.same ? "Both have the same Merkle root: every row is the same." : `${whole(counts.same)} rows are the same.`}
      </p>
      {!found.same && !found.rows.length && <p className="mt-2 text-soft">No row is like this.</p>}
      <ul className="mt-2 flex flex-col">
        {found.rows.map((row) => (
          <Row key={`${row.sample_id}/${row.change}`} row={row} />
        ))}
      </ul>
      {(found.next_cursor || cursor) && (
        <p className="mt-3 flex gap-3">
          {cursor && <Button onClick={() => set({ rows: "" })}>First rows</Button>}
          {found.next_cursor && <Button onClick={() => set({ rows: found.next_cursor })}>Next rows</Button>}
        </p>
      )}
    </Card>
  );
}

function Row({ row }: { row: RowChange }) {
  const cells = cellsOf(row).slice(0, row.change === "changed" || row.change === "moved" ? 12 : 3);
  return (
    <li className="border-t border-line py-2">
      <p className="flex flex-wrap items-center gap-2">
        <State name={row.change} />
        <Link to={`/samples/${row.sample_id}`}>
          <code>{row.sample_id.slice(0, 12)}</code>
        </Link>
      </p>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5">
        {cells.map((cell) => (
          <div key={cell.name} className="contents">
            <dt className="text-soft">{cell.name}</dt>
            <dd className="min-w-0 break-words">
              {cell.before && <del className="text-bad">{cell.before}</del>}{" "}
              {cell.after && <ins className="text-good no-underline">{cell.after}</ins>}
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
