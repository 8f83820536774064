import { Link } from "react-router";
import { useModelsIndexQuery, type ModelAttributes } from "@/shared/api";
import { ListBar } from "@/shared/ui/ListBar";
import { Card, Page } from "@/shared/ui/Page";
import { Rows, type Column } from "@/shared/ui/Rows";
import { Empty, Failure, Loading } from "@/shared/ui/states";
import { Time } from "@/shared/ui/Time";
import { useUrl } from "@/shared/ui/useUrl";
import { Measured } from "./Measured";
import { newestFirst } from "./models";

const COLUMNS: Column<ModelAttributes>[] = [
  {
    title: "Model",
    head: true,
    cell: (model) => (
      <Link to={`/models/${encodeURIComponent(model.name)}`} className="font-medium">
        {model.name}
      </Link>
    ),
  },
  { title: "Newest", cell: (model) => model.latest_version ?? "–" },
  { title: "Versions", right: true, cell: (model) => model.versions?.length ?? 0 },
  {
    title: "Aliases",
    cell: (model) =>
      Object.entries(model.aliases ?? {})
        .map(([alias, version]) => `${alias} → ${version}`)
        .join(", ") || <span className="text-soft">none</span>,
  },
  {
    title: "Held-out reward of the newest [gain, 95 %]",
    cell: (model) => <Measured version={newestFirst(model)[0]} />,
  },
  { title: "Last change", right: true, cell: (model) => <Time at={model.updated_at} /> },
];

export function ModelsPage() {
  const { get } = useUrl();
  const { data, error, refetch } = useModelsIndexQuery({ limit: 500 });
  const models = (data?.data ?? []).map((one) => one.attributes);
  const shown = models.filter((one) => one.name.toLowerCase().includes(get("q").trim().toLowerCase()));
  return (
    <Page
      title="Models"
      lead="What was trained: versions, where aliases point, how much each version gained."
      command="studio models list"
    >
      {models.length > 0 && (
        <ListBar
          placeholder="Name"
          label="Search models by name"
          shown={shown.length}
          of={models.length}
          noun="model"
          more={data?.meta?.next_cursor && " (the newest 500)"}
        />
      )}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading what="Loading models" />}
      {data && !shown.length && (
        <Empty title={models.length ? "No model has such a name" : "No models yet"}>
          {!models.length && (
            <>
              A finished run registers its model here by itself. Start one under <Link to="/runs">Runs</Link>, or with{" "}
              <code>studio train</code>.
            </>
          )}
        </Empty>
      )}
      {shown.length > 0 && (
        <Card>
          <Rows label="Models" rows={shown} columns={COLUMNS} keyOf={(model) => model.name} />
        </Card>
      )}
    </Page>
  );
}
