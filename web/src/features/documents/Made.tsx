import { Link } from "react-router";
import { useLineageShowQuery, useSamplesIndexQuery } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Failure } from "@/shared/ui/states";
import { groupsOf, SAMPLE_KINDS } from "./made";

const SHOWN = 5;

/** What was made from a document: samples by kind, and everything made of those. */
export function Made({ id }: { id: string }) {
  const all = useSamplesIndexQuery({ documentId: id, limit: 1 });
  const lineage = useLineageShowQuery({ kind: "document", id, direction: "down" });
  const total = all.data?.meta?.total;
  const groups = lineage.data ? groupsOf(lineage.data.data.attributes) : [];
  return (
    <Card title="Made from it" extra={<Link to={`/lineage/document/${id}`}>Lineage</Link>}>
      <dl className="flex flex-col gap-3">
        <div>
          <dt className="text-xs text-soft">Samples</dt>
          <dd>
            {total ? (
              <Link to={`/samples?document=${id}`} className="font-semibold tabular-nums">
                {whole(total)}
              </Link>
            ) : (
              (total ?? "…")
            )}
            {!!total && (
              <ul className="mt-1 flex flex-wrap gap-x-3 gap-y-1 text-xs">
                {SAMPLE_KINDS.map((kind) => (
                  <Kind key={kind} id={id} kind={kind} />
                ))}
              </ul>
            )}
          </dd>
        </div>
        {groups.map((group) => (
          <div key={group.name} className="min-w-0">
            <dt className="text-xs text-soft">{group.name}</dt>
            {group.things.slice(0, SHOWN).map((thing) => (
              <dd key={thing.id} className="flex items-baseline gap-2">
                <Link to={thing.to} title={`${thing.name} (${thing.id})`} className="min-w-0 truncate">
                  {thing.name}
                </Link>
                {thing.mark && <code className="text-xs text-soft">{thing.mark}</code>}
              </dd>
            ))}
            {group.things.length > SHOWN && (
              <dd className="text-xs text-soft">
                {SHOWN} of {whole(group.things.length)}; all in the{" "}
                <Link to={`/lineage/document/${id}`} className="underline!">
                  lineage
                </Link>
                .
              </dd>
            )}
          </div>
        ))}
      </dl>
      {lineage.error && <Failure error={lineage.error} retry={() => void lineage.refetch()} />}
    </Card>
  );
}

function Kind({ id, kind }: { id: string; kind: string }) {
  const total = useSamplesIndexQuery({ documentId: id, kind, limit: 1 }).data?.meta?.total;
  if (!total) return null;
  return (
    <li>
      <Link to={`/samples?document=${id}&kind=${kind}`}>
        {kind.replaceAll("_", " ")} <span className="tabular-nums">{whole(total)}</span>
      </Link>
    </li>
  );
}
