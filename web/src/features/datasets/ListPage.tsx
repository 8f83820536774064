import { Button, Checkbox, Select } from "antd";
import { Link } from "react-router";
import { useDatasetsIndexQuery, type DatasetResource } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { Action } from "@/shared/ui/Action";
import { Card, Page } from "@/shared/ui/Page";
import { Rows, type Column } from "@/shared/ui/Rows";
import { SearchField } from "@/shared/ui/SearchField";
import { State } from "@/shared/ui/State";
import { Empty, Failure, Loading } from "@/shared/ui/states";
import { Time } from "@/shared/ui/Time";
import { useUrl } from "@/shared/ui/useUrl";
import { droppedOf, listCommand, nameOf, STATUSES, statusOf } from "./datasets";
import { SplitBar } from "./SplitBar";

/** All dataset versions; two of them can be compared. */
export function ListPage() {
  const { get, set } = useUrl();
  const status = statusOf(get("status"));
  const query = useDatasetsIndexQuery({ limit: 500, status });
  const text = get("q").toLowerCase();
  const all = query.currentData?.data ?? [];
  const shown = all.filter((one) => one.attributes.name.includes(text));
  const chosen = get("chosen").split(",").filter(Boolean);
  const choose = (id: string) => {
    const next = chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-2);
    set({ chosen: next.join(",") });
  };
  const columns: Column<DatasetResource>[] = [
    {
      title: <span className="sr-only">Compare</span>,
      className: "w-8",
      cell: ({ id, attributes: it }) => (
        <Checkbox checked={chosen.includes(id)} onChange={() => choose(id)} aria-label={`Compare ${nameOf(it)}`} />
      ),
    },
    {
      title: "Dataset",
      head: true,
      cell: ({ id, attributes: it }) => (
        <Link to={`/datasets/${id}`} className="font-medium" title={id}>
          {nameOf(it)}
        </Link>
      ),
    },
    { title: "State", cell: ({ attributes: it }) => <State name={it.status} /> },
    {
      title: "Rows",
      right: true,
      cell: ({ attributes: it }) => whole(it.train_rows == null ? null : it.train_rows + (it.heldout_rows ?? 0)),
    },
    {
      title: "Split",
      className: "min-w-40",
      cell: ({ attributes: it }) =>
        it.status === "frozen" ? <SplitBar dataset={it} /> : <span className="text-soft">{it.error?.reason ?? "not yet"}</span>,
    },
    { title: "Left out", right: true, cell: ({ attributes: it }) => whole(droppedOf(it)) },
    {
      title: "From",
      cell: ({ attributes: it }) =>
        it.curation_id ? (
          <Link to={`/samples?curation=${it.curation_id}`} title={it.curation_id}>
            curation {it.curation_id.slice(0, 8)}
          </Link>
        ) : (
          `file ${it.source_name ?? ""}`
        ),
    },
    { title: "Asked for", cell: ({ attributes: it }) => <Time at={it.created_at} /> },
  ];
  const body = () => {
    if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
    if (query.isLoading) return <Loading what="Reading datasets" />;
    if (!all.length && !status) return <NoDatasets />;
    if (!shown.length)
      return (
        <Empty title="No dataset matches" action={<Button onClick={() => set({ q: "", status: "" })}>Clear</Button>} />
      );
    return (
      <Card>
        <Rows label="Datasets" rows={shown} columns={columns} keyOf={(one) => one.id} />
        {query.data?.meta?.next_cursor && (
          <p className="mt-3 text-soft">
            These are the newest {whole(all.length)}; older ones: <code>{listCommand(status ?? "")} --json</code>
          </p>
        )}
      </Card>
    );
  };
  return (
    <Page
      title="Datasets"
      lead="Immutable versions of what curations kept, split by section, each under one Merkle root."
      command={listCommand(get("status"))}
      actions={
        <>
          <Action
            blocked={chosen.length !== 2 && "Tick two versions in the list first."}
            onClick={() => set({ compare: chosen.join(","), chosen: null }, { replace: false })}
          >
            Compare
          </Action>
          <Action needs="datasets:write" onClick={() => set({ import: "file" }, { replace: false })}>
            Import a file
          </Action>
          <Action type="primary" needs="datasets:write" onClick={() => set({ new: "dataset" }, { replace: false })}>
            Freeze a dataset
          </Action>
        </>
      }
    >
      <search className="flex flex-wrap gap-3" aria-label="Filters">
        <SearchField
          label="Name"
          className="max-w-60"
          placeholder="Name ( / )"
          value={get("q")}
          onChange={(q) => set({ q })}
        />
        <Select
          aria-label="State"
          className="w-40"
          value={status ?? ""}
          onChange={(next) => set({ status: next })}
          options={[{ value: "", label: "any state" }, ...STATUSES.map((value) => ({ value, label: value }))]}
        />
      </search>
      {body()}
    </Page>
  );
}

function NoDatasets() {
  return (
    <Empty title="No datasets yet">
      A dataset is what a curation kept, frozen. Look at <Link to="/samples">Samples</Link> for what there is, then freeze
      it here or with <code>studio dataset freeze NAME --curation CURATION</code>.
    </Empty>
  );
}
