import { useLayoutEffect, useRef } from "react";
import { Link } from "react-router";
import { useDocumentsTextQuery, type SampleDetail } from "@/shared/api";
import { pieces } from "@/shared/text/codePoints";
import { whole } from "@/shared/ui/numbers";
import { Failure, Loading } from "@/shared/ui/states";
import { Original } from "./Original";
import { aroundOf, marksOf } from "./passages";

/** The text that the sample was made from, at its place in the document, with the answer marked. */
export function Passage({ sample }: { sample: SampleDetail }) {
  const box = useRef<HTMLDivElement>(null);
  const around = aroundOf(sample);
  const id = sample.document_id ?? "";
  const text = useDocumentsTextQuery({ id, ...around }, { skip: !id });
  const found = text.currentData?.data.attributes;
  const source = sample.source;
  const there = found !== undefined;
  useLayoutEffect(() => {
    const mark = box.current?.querySelector<HTMLElement>("mark,[data-mark=passage]");
    if (box.current && mark) box.current.scrollTop = mark.offsetTop - box.current.clientHeight / 3;
  }, [there, sample.answer_start, sample.passage_start, id]);
  return (
    <div className="flex flex-col gap-2">
      <p className="text-soft">
        {source ? (
          <Link to={documentLink(sample)} className="underline!">{source.document_name}</Link>
        ) : (
          <Link to={documentLink(sample)} className="underline!">document</Link>
        )}
        {sample.section_title && <> · {sample.section_title}</>} · characters {whole(sample.passage_start)} to{" "}
        {whole(sample.passage_end)}
      </p>
      {text.isLoading && <Loading what="Reading the document" />}
      {text.error && <Failure error={text.error} retry={() => void text.refetch()} what="The document's text is not there" />}
      {found && (
        <div
          ref={box}
          tabIndex={0}
          role="region"
          aria-label="Source passage"
          className="relative max-h-72 overflow-auto rounded border border-line bg-page p-3 leading-relaxed break-words whitespace-pre-wrap"
        >
          {found.start > 0 && <span className="text-soft">… </span>}
          {pieces(found.text, found.start, marksOf(sample)).map((piece) =>
            piece.names.includes("answer") ? (
              <mark key={piece.start} className="px-0.5 font-medium" data-mark="answer">
                {piece.text}
              </mark>
            ) : (
              <span
                key={piece.start}
                data-mark={piece.names[0]}
                className={piece.names.includes("passage") ? "bg-accent/10 text-ink" : "text-soft"}
              >
                {piece.text}
              </span>
            ),
          )}
          {found.end < found.characters && <span className="text-soft"> …</span>}
        </div>
      )}
      {found && <Legend sample={sample} />}
      {source && <Original source={source} documentId={id} />}
    </div>
  );
}

function Legend({ sample }: { sample: SampleDetail }) {
  const marked = (sample.answer_end ?? 0) > (sample.answer_start ?? 0);
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-soft">
      <span>
        <span className="rounded bg-accent/10 px-1 text-ink">passage</span> that was given
      </span>
      {marked && (
        <span>
          <mark className="px-1">answer</mark> at characters {whole(sample.answer_start)} to {whole(sample.answer_end)}
        </span>
      )}
      {!marked && <span>This answer has no place of its own in the passage.</span>}
      {marked && sample.source && (
        <span className={sample.source.text === sample.answer ? "text-good" : "text-warn"}>
          {sample.source.text === sample.answer ? "✓ stands there letter by letter" : "worded differently there"}
        </span>
      )}
    </p>
  );
}

const documentLink = (it: SampleDetail): string =>
  `/documents/${it.document_id}?start=${it.passage_start ?? 0}&end=${it.passage_end ?? 0}`;
