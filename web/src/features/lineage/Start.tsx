import { Link } from "react-router";
import {
  useDatasetsIndexQuery,
  useDeploymentsIndexQuery,
  useDocumentsIndexQuery,
  useModelsIndexQuery,
  useSamplesIndexQuery,
} from "@/shared/api";
import { Card, Page } from "@/shared/ui/Page";
import { lineageOf, type Kind } from "@/shared/ui/places";
import { SearchField } from "@/shared/ui/SearchField";
import { Empty, Failure, Loading } from "@/shared/ui/states";
import { useUrl } from "@/shared/ui/useUrl";
import { beginnings, type Beginning } from "./beginnings";

const SHOWN = 8;

/** Where to begin: recent things by name. */
export function Start() {
  const { get, set } = useUrl();
  const text = get("q");
  const q = text.trim();
  const deployments = useDeploymentsIndexQuery({ limit: 200 });
  const models = useModelsIndexQuery({ limit: 200 });
  const datasets = useDatasetsIndexQuery({ limit: 200 });
  const documents = useDocumentsIndexQuery({ q, limit: SHOWN + 1 });
  const samples = useSamplesIndexQuery({ q, limit: SHOWN + 1, sort: "-created" });
  const all = [deployments, models, datasets, documents, samples];
  const failed = all.find((one) => one.error && !one.data);
  const lists = beginnings(q, {
    deployments: deployments.data?.data ?? [],
    models: models.data?.data ?? [],
    datasets: datasets.data?.data ?? [],
    documents: documents.data?.data ?? [],
    samples: samples.data?.data ?? [],
  });
  const waiting = all.some((one) => one.isLoading);
  return (
    <Page
      title="Lineage"
      lead="From any model back to the bytes it learned from, and from any passage to what was made of it."
      command="studio lineage --help"
    >
      <SearchField
        label="Search by name"
        placeholder="Name of a model, dataset or document, or words of a sample (/)"
        value={text}
        onChange={(next) => set({ q: next })}
        className="max-w-xl!"
      />
      {failed && <Failure error={failed.error} retry={() => void failed.refetch()} />}
      {waiting ? (
        <Loading />
      ) : lists.length ? (
        <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
          {lists.map((list) => (
            <List key={list.name} name={list.name} kind={list.kind} things={list.things} />
          ))}
        </div>
      ) : (
        !failed && (
          <Empty title={text ? "Nothing has such a name" : "Nothing here yet"}>
            {text ? "Search for something else." : "Upload documents and make samples, or run studio demo."}
          </Empty>
        )
      )}
    </Page>
  );
}

function List({ name, kind, things }: { name: string; kind: Kind; things: Beginning[] }) {
  return (
    <Card title={name}>
      <ul className="flex flex-col gap-1">
        {things.slice(0, SHOWN).map((thing) => (
          <li key={thing.id} className="flex min-w-0 items-baseline gap-2">
            <Link to={lineageOf(kind, thing.id)} title={thing.id} className="min-w-0 truncate">
              {thing.name}
            </Link>
            {thing.about && <span className="shrink-0 text-xs text-soft">{thing.about}</span>}
          </li>
        ))}
      </ul>
      {things.length > SHOWN && <p className="mt-2 text-xs text-soft">The first {SHOWN}; search for the others.</p>}
    </Card>
  );
}
