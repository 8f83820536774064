import { Link } from "react-router";
import { useDocumentsAffectedQuery, type AffectedAttributes } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { pathTo, type Kind } from "@/shared/ui/places";
import { Failure, Loading } from "@/shared/ui/states";

const THINGS = [
  { part: "runs", kind: "run", name: "Runs" },
  { part: "models", kind: "model_version", name: "Models" },
  { part: "deployments", kind: "deployment", name: "Deployments" },
] as const;

/** Everything that a document has gone into, before it is withdrawn. */
export function Affected({ id }: { id: string }) {
  const { currentData, error, refetch } = useDocumentsAffectedQuery({ id });
  if (error) return <Failure error={error} retry={() => void refetch()} what="What it has gone into is not known" />;
  if (!currentData) return <Loading what="Looking for what it has gone into" />;
  const it = currentData.data.attributes;
  return (
    <dl
      aria-label="What it has gone into"
      className="mt-3 grid max-h-64 grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 overflow-y-auto rounded border border-line p-3"
    >
      <dt className="text-soft">Samples</dt>
      <dd>{it.samples ? <Link to={`/samples?document=${id}`}>{whole(it.samples)}</Link> : "none"}</dd>
      <dt className="text-soft">Datasets</dt>
      <dd>
        {it.datasets.map((one) => (
          <p key={one.id}>
            <Link to={`/datasets/${one.id}`}>
              {one.name} {one.version}
            </Link>
            : {whole(one.train_rows + one.heldout_rows)} rows{one.in_corpus && ", and the corpus"}
            {one.replaced_by && " (frozen again without it)"}
            {!one.rebuild && <span className="text-soft"> ({one.why_not})</span>}
          </p>
        ))}
        {!it.datasets.length && "none"}
      </dd>
      {THINGS.map(({ part, kind, name }) => (
        <Things key={part} name={name} kind={kind} things={it[part]} />
      ))}
    </dl>
  );
}

interface ThingsProps {
  name: string;
  kind: Kind;
  things: AffectedAttributes["runs"];
}

const Things = ({ name, kind, things }: ThingsProps) => (
  <>
    <dt className="text-soft">{name}</dt>
    <dd>
      {things.map((one) => (
        <Link key={one.id} to={pathTo(kind, one.id)} className="mr-3" title={one.id}>
          {kind === "model_version" ? one.id : one.label || one.id.slice(0, 8)}
        </Link>
      ))}
      {!things.length && "none"}
    </dd>
  </>
);
