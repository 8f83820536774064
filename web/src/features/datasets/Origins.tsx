import { Link } from "react-router";
import {
  useCurationShowQuery,
  useDocumentsIndexQuery,
  useGenerationIndexQuery,
  type DatasetAttributes,
} from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { State } from "@/shared/ui/State";

/** The way back: curation, batches, documents. */
export function Origins({ dataset }: { dataset: DatasetAttributes }) {
  const id = dataset.curation_id;
  const curation = useCurationShowQuery({ id }, { skip: !id }).currentData?.data.attributes;
  const batches = useGenerationIndexQuery({ limit: 500 }).data?.data ?? [];
  const documents = useDocumentsIndexQuery({ limit: 500 }).data?.data ?? [];
  const of = curation?.batches ?? [];
  const ids = new Set(batches.filter((one) => of.includes(one.id)).flatMap((one) => one.attributes.documents ?? []));
  if (!dataset.curation_id)
    return (
      <p>
        Imported from <code className="break-all">{dataset.source_name || "a file"}</code>; its bytes are kept as{" "}
        <code className="break-all">{dataset.source_blob?.split("/").at(-1)?.slice(0, 12)}</code>.
      </p>
    );
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2">
      <dt className="text-soft">Curation</dt>
      <dd>
        <Link to={`/samples?curation=${dataset.curation_id}`} title={dataset.curation_id}>
          {dataset.curation_id.slice(0, 8)}
        </Link>{" "}
        {curation && (
          <>
            <State name={curation.status} />{" "}
            <span className="text-soft">
              {whole(curation.kept)} of {whole(curation.samples)} samples kept
            </span>
          </>
        )}
      </dd>
      <dt className="text-soft">Batches</dt>
      <dd className="flex flex-wrap gap-x-3">
        {of.map((id) => (
          <Link key={id} to={`/samples?batch=${id}`} title={id}>
            {id.slice(0, 8)} (
            {whole(batches.find((one) => one.id === id)?.attributes.samples ?? null)} samples)
          </Link>
        ))}
      </dd>
      <dt className="text-soft">Documents</dt>
      <dd className="flex flex-wrap gap-x-3">
        {[...ids].map((id) => (
          <Link key={id} to={`/documents/${id}`} title={id}>
            {documents.find((one) => one.id === id)?.attributes.name ?? id.slice(0, 8)}
          </Link>
        ))}
      </dd>
    </dl>
  );
}
