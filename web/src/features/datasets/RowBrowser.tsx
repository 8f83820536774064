import { Segmented } from "antd";
import { Link } from "react-router";
import type { DatasetAttributes, DatasetRow, DatasetRowResource } from "@/shared/api";
import { pieces } from "@/shared/text/codePoints";
import { Grid, type Column } from "@/shared/ui/Grid";
import { whole } from "@/shared/ui/numbers";
import { Failure } from "@/shared/ui/states";
import { useUrl } from "@/shared/ui/useUrl";
import { useRowPages } from "./useRowPages";

const COLUMNS: Column<DatasetRowResource>[] = [
  {
    name: "number",
    title: "Row",
    width: "4.5rem",
    cell: (_row, index) => <span className="text-soft tabular-nums">{whole(index + 1)}</span>,
  },
  { name: "question", title: "Question", width: "minmax(12rem,2fr)", cell: (row) => row.attributes.question },
  { name: "answer", title: "Answer", width: "minmax(8rem,1fr)", cell: (row) => row.attributes.answer },
  { name: "document", title: "Document", width: "9rem", cell: (row) => row.attributes.document_name },
  { name: "section", title: "Section", width: "5rem", cell: (row) => row.attributes.section_id },
];

/** The rows of one split, in the order of the file, and everything of the one that is open. */
export function RowBrowser({ id, dataset }: { id: string; dataset: DatasetAttributes }) {
  const { get, number, set } = useUrl();
  const split = get("split") === "heldout" ? "heldout" : "train";
  const total = (split === "train" ? dataset.train_rows : dataset.heldout_rows) ?? 0;
  const found = useRowPages(id, split);
  const open = (number("row") ?? 0) - 1;
  const row = found.rows[open];
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <Segmented<string>
          aria-label="Split"
          value={split}
          onChange={(next) => set({ split: next === "train" ? null : next, row: null })}
          options={[
            { value: "train", label: `train (${whole(dataset.train_rows)})` },
            { value: "heldout", label: `held-out (${whole(dataset.heldout_rows)})` },
          ]}
        />
        <span className="text-soft" role="status">
          {found.done ? "all rows are here" : `${whole(found.rows.length)} of ${whole(total)} read; scroll to read on`}
        </span>
      </div>
      {found.error != null && <Failure error={found.error} retry={found.retry} what="The rows cannot be read" />}
      {!total && <p className="text-soft">This split has no rows.</p>}
      {total > 0 && (
        <Grid
          key={split}
          label="Rows"
          columns={COLUMNS}
          count={total}
          get={(index) => found.rows[index]}
          active={open}
          onOpen={(index) => set({ row: index + 1 })}
          onRange={(_first, last) => found.want(Math.max(last, open))}
          minWidth="46rem"
          rowHeight={36}
          className="h-96 rounded border border-line"
        />
      )}
      {row && <OpenRow row={row.attributes} />}
    </>
  );
}

function OpenRow({ row }: { row: DatasetRow }) {
  const marks = [{ name: "answer", start: row.answer_start ?? 0, end: row.answer_end ?? 0 }];
  return (
    <section aria-label="Open row" className="mt-3 rounded border border-line p-4">
      <h3>{row.question}</h3>
      <p className="mt-1 font-medium">{row.answer}</p>
      <p className="mt-3 leading-relaxed break-words whitespace-pre-wrap text-soft">
        {pieces(row.prompt_passage ?? "", row.passage_start ?? 0, marks).map(({ text, start, names }) =>
          names.length ? <mark key={start}>{text}</mark> : <span key={start}>{text}</span>,
        )}
      </p>
      <p className="mt-3 flex flex-wrap gap-x-4 gap-y-1">
        <Link to={`/samples/${row.sample_id}`}>Sample</Link>
        <Link to={`/documents/${row.document_id}?start=${row.passage_start}&end=${row.passage_end}`}>
          {row.document_name}
        </Link>
        <Link to={`/lineage/sample/${row.sample_id}`}>Lineage</Link>
      </p>
      <p className="mt-2 text-xs break-all text-soft">
        Reward <code>{row.reward}</code>
        <br />
        Leaf of the Merkle tree <code>{row.leaf_sha256}</code>
      </p>
    </section>
  );
}
