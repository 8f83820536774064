import { Button } from "antd";
import { useMemo } from "react";
import { Link, useNavigate } from "react-router";
import { usePipelineShowQuery, type DocumentResource } from "@/shared/api";
import { Choice } from "@/shared/ui/Choice";
import { Grid, type Column } from "@/shared/ui/Grid";
import { size, whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { SearchField } from "@/shared/ui/SearchField";
import { selectColumn } from "@/shared/ui/selectColumn";
import { State } from "@/shared/ui/State";
import { Empty, Failure, Loading } from "@/shared/ui/states";
import { ago, long } from "@/shared/ui/time";
import { useUrl } from "@/shared/ui/useUrl";
import { useDocumentsPartsInfiniteQuery } from "./allDocuments";
import { kindOf, partsOf, STATES } from "./list";

interface Props {
  chosen: readonly string[];
  onChosen: (ids: string[]) => void;
}

/** All documents, by name and state. */
export function List({ chosen, onChosen }: Props) {
  const { get, set } = useUrl();
  const navigate = useNavigate();
  const [status, text] = [get("status"), get("q")];
  const q = text.trim();
  const found = useDocumentsPartsInfiniteQuery({ status, q });
  const counts = usePipelineShowQuery({}).currentData?.data.attributes.counts.documents ?? {};
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.data) ?? [], [found.data]);
  const matches = found.data?.pages[0]?.meta?.total;
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const columns = useMemo(() => columnsOf(chosen, onChosen), [chosen, onChosen]);
  const usable = rows.filter((row) => row.attributes.status === "extracted").map((row) => row.id);
  const open = (index: number) => {
    const row = rows[index];
    if (row) void navigate(`/documents/${row.id}`);
  };
  if (found.error && !found.data) return <Failure error={found.error} retry={() => void found.refetch()} />;
  return (
    <Card>
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <SearchField
          label="Search by name"
          placeholder="Search by name (/)"
          value={text}
          onChange={(next) => set({ q: next })}
          className="w-64!"
        />
        <Choice
          label="State"
          value={status}
          onChange={(next) => set({ status: next })}
          options={[
            { value: "", name: "All", count: total },
            ...STATES.map((name) => ({ value: name, name, count: counts[name] ?? 0 })),
          ]}
        />
        <span className="ml-auto flex items-center gap-2 text-xs text-soft">
          {chosen.length > 0 && <Button size="small" onClick={() => onChosen([])}>{`Unselect ${chosen.length}`}</Button>}
          {usable.length > chosen.length && (
            <Button size="small" onClick={() => onChosen(usable)}>{`Select all ${usable.length} extracted`}</Button>
          )}
        </span>
      </div>
      {!found.data ? (
        <Loading />
      ) : rows.length ? (
        <Grid
          label="Documents"
          columns={columns}
          count={rows.length}
          get={(index) => rows[index]}
          onOpen={open}
          minWidth="60rem"
          className="max-h-[max(24rem,calc(100vh-22rem))]"
        />
      ) : text || status ? (
        <Empty title="No document is like this" action={<Button onClick={() => set({ q: "", status: "" })}>Show all</Button>}>
          {text && `Nothing is named “${text}”${status ? ` and ${status}` : ""}.`}
        </Empty>
      ) : (
        <Empty title="No documents yet">
          Drop files or a folder above. On the command line: <code>studio docs add FILE</code>, or{" "}
          <code>studio demo</code> for example documents and everything that follows.
        </Empty>
      )}
      {found.hasNextPage && (
        <p className="mt-3 flex items-center gap-3 text-xs text-soft">
          The newest {whole(rows.length)} of {whole(matches)}.
          <Button size="small" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            Read more
          </Button>
        </p>
      )}
    </Card>
  );
}

function columnsOf(chosen: readonly string[], onChosen: (ids: string[]) => void): Column<DocumentResource>[] {
  return [
    selectColumn({
      chosen,
      onChosen,
      label: ({ attributes }) => `Select ${attributes.name}`,
      disabled: ({ attributes }) => attributes.status !== "extracted",
    }),
    {
      name: "name",
      title: "Name",
      width: "minmax(12rem,2fr)",
      cell: ({ id, attributes }) => (
        <span title={attributes.error?.reason || attributes.name} onClick={(event) => event.stopPropagation()}>
          <Link to={`/documents/${id}`} tabIndex={-1}>
            {attributes.name}
          </Link>
          {attributes.collection && <span className="ml-2 text-xs text-soft">{attributes.collection}</span>}
        </span>
      ),
    },
    { name: "state", title: "State", width: "6.5rem", cell: ({ attributes }) => <State name={attributes.status} /> },
    { name: "kind", title: "Kind", width: "6.5rem", cell: ({ attributes }) => kindOf(attributes) },
    { name: "size", title: "Size", width: "5.5rem", cell: ({ attributes }) => size(attributes.size) },
    {
      name: "parts",
      title: "What was found",
      width: "minmax(13rem,2fr)",
      cell: ({ attributes }) =>
        attributes.error ? (
          <span className="text-bad" title={`${attributes.error.reason} ${attributes.error.remedy ?? ""}`}>
            {attributes.error.reason}
          </span>
        ) : (
          <span className="text-soft">{partsOf(attributes)}</span>
        ),
    },
    { name: "samples", title: "Samples", width: "5.5rem", cell: ({ attributes }) => whole(attributes.samples) },
    {
      name: "added",
      title: "Added",
      width: "7.5rem",
      cell: ({ attributes: { created_at: at } }) =>
        at && (
          <time dateTime={at} title={long(at)} className="text-soft">
            {ago(at)}
          </time>
        ),
    },
  ];
}
