import { Link } from "react-router";
import { useDocumentsBytesOfQuery, useSamplesShowQuery, type SampleDetail } from "@/shared/api";
import { pieces } from "@/shared/text/codePoints";
import { Failure, Loading } from "@/shared/ui/states";
import { pathTo } from "@/shared/ui/places";
import { placeOf } from "./path";

/** A sample's passage with its answer marked, and the same bytes in the file it came from. */
export function Passage({ id }: { id: string }) {
  const { currentData, error, refetch } = useSamplesShowQuery({ id });
  if (error && !currentData) return <Failure error={error} retry={() => void refetch()} />;
  const sample = currentData?.data.attributes;
  if (!sample) return <Loading what="Reading the passage" />;
  const { passage, passage_start: start = 0, answer_start, answer_end, source } = sample;
  const marks =
    answer_start !== undefined && answer_end !== undefined ? [{ name: "answer", start: answer_start, end: answer_end }] : [];
  return (
    <div className="flex flex-col gap-3">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        <dt className="text-soft">Question</dt>
        <dd className="break-words">{sample.question}</dd>
        <dt className="text-soft">Answer</dt>
        <dd className="break-words">{sample.answer}</dd>
        {source && (
          <>
            <dt className="text-soft">Stands at</dt>
            <dd>
              <Link
                to={`${pathTo("document", source.document_id)}?start=${source.start}&end=${source.end}`}
                className="underline!"
              >
                {placeOf(source)}
              </Link>
              {sample.section_title && <span className="text-soft">, {sample.section_title}</span>}
            </dd>
          </>
        )}
        {sample.kept != null && (
          <>
            <dt className="text-soft">Curation</dt>
            <dd>
              {sample.kept ? "kept" : `dropped, so nothing was made of it: ${sample.reason || "by the rule"}`}
            </dd>
          </>
        )}
      </dl>
      {passage ? (
        <blockquote className="m-0 rounded border-l-2 border-accent/50 bg-raised/50 px-3 py-2 whitespace-pre-wrap break-words">
          {pieces(passage, start, marks).map((piece) =>
            piece.names.length ? <mark key={piece.start}>{piece.text}</mark> : piece.text,
          )}
        </blockquote>
      ) : (
        <p className="text-soft">The passage cannot be read any more.</p>
      )}
      <Bytes source={source} />
    </div>
  );
}

/** What the file itself has at these bytes. */
function Bytes({ source }: { source: SampleDetail["source"] }) {
  const known = source?.byte_start != null && source.byte_end != null;
  const { currentData } = useDocumentsBytesOfQuery(
    { id: source?.document_id ?? "", start: source?.byte_start ?? 0, end: source?.byte_end ?? 0, context: 60 },
    { skip: !known },
  );
  const bytes = currentData?.data.attributes;
  if (!bytes || !source) return null;
  return (
    <div className="text-xs">
      <p className="text-soft">In the file as it was uploaded ({bytes.encoding}):</p>
      <pre className="mt-1 rounded border border-line p-2 break-all whitespace-pre-wrap">
        <span className="text-soft">{bytes.before}</span>
        <mark>{bytes.text}</mark>
        <span className="text-soft">{bytes.after}</span>
      </pre>
    </div>
  );
}
