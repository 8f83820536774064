import { Button } from "antd";
import { useEffect, useMemo } from "react";
import type { DocumentAttributes } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Failure, Loading } from "@/shared/ui/states";
import { useUrl } from "@/shared/ui/useUrl";
import { useChunksPartsInfiniteQuery } from "./allDocuments";
import { rowsOf, sectionsOf, type Section } from "./rows";
import { TextView } from "./TextView";

const AT_ONCE = 10_000; // chunks that are read without being asked for

/** The extracted text with its chunks, and its sections beside it. */
export function Text({ id, document }: { id: string; document: DocumentAttributes }) {
  const { number, set } = useUrl();
  const found = useChunksPartsInfiniteQuery({ id });
  const chunks = useMemo(() => found.data?.pages.flatMap((page) => page.data) ?? [], [found.data]);
  const more = !found.data || found.hasNextPage;
  const rows = useMemo(() => rowsOf(chunks, document.characters ?? 0, more), [chunks, document.characters, more]);
  const sections = useMemo(() => sectionsOf(chunks), [chunks]);
  const [start, end] = [number("start"), number("end")];
  const mark = useMemo(() => (start !== undefined && end !== undefined ? { start, end } : null), [start, end]);
  const { hasNextPage, isFetching, fetchNextPage } = found;
  const read = chunks.at(-1)?.attributes.end ?? 0;
  const wanted = hasNextPage && !isFetching && (chunks.length < AT_ONCE || read < (start ?? 0));
  useEffect(() => {
    if (wanted) void fetchNextPage();
  }, [wanted, fetchNextPage]);
  if (found.error && !found.data) return <Failure error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading what="Reading the text" />;
  return (
    <div className="grid min-w-0 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_15rem]">
      <Card title="Text" extra={<Legend document={document} />}>
        <TextView
          id={id}
          rows={rows}
          mark={mark}
          place={start}
          onLast={(row) => {
            if (row >= rows.length - 20 && hasNextPage && !isFetching) void fetchNextPage();
          }}
        />
      </Card>
      <Card title="Sections" className="max-xl:order-first max-xl:max-h-56 max-xl:overflow-y-auto">
        <Outline sections={sections} current={start} onGo={(place) => set({ start: place, end: "" })} />
        {more && (
          <p className="mt-2 text-xs text-soft">
            Of the first {whole(chunks.length)} of {whole(document.chunks)} chunks.{" "}
            <Button size="small" loading={isFetching} onClick={() => void fetchNextPage()}>
              Read more
            </Button>
          </p>
        )}
      </Card>
    </div>
  );
}

function Legend({ document }: { document: DocumentAttributes }) {
  const replaced = document.replaced_characters ?? 0;
  return (
    <span className="flex flex-wrap items-center gap-x-3 text-xs text-soft">
      <span>{whole(document.characters)} characters</span>
      {replaced > 0 && <span className="text-warn">{whole(replaced)} could not be read and were replaced</span>}
      <span className="flex items-center gap-1.5">
        <span aria-hidden className="inline-block h-3 w-0.5 bg-accent" />
        chunk: what samples are made from
      </span>
    </span>
  );
}

interface OutlineProps {
  sections: readonly Section[];
  current: number | undefined;
  onGo: (place: number) => void;
}

function Outline({ sections, current, onGo }: OutlineProps) {
  const at = current === undefined ? -1 : sections.findLastIndex((section) => section.start <= current);
  if (!sections.length) return <p className="text-soft">There is none.</p>;
  return (
    <ol className="flex max-h-[max(22rem,calc(100vh-17rem))] flex-col overflow-y-auto">
      {sections.map((section, index) => (
        <li key={section.id}>
          <button
            type="button"
            aria-current={index === at ? "location" : undefined}
            onClick={() => onGo(section.start)}
            className={`flex w-full items-baseline gap-2 rounded px-1.5 py-0.5 text-left hover:bg-raised ${
              index === at ? "bg-raised font-semibold" : ""
            }`}
          >
            <span className="min-w-0 flex-1 truncate" title={section.title}>
              {section.title}
            </span>
            <span className="text-xs text-soft tabular-nums" title={`${section.chunks} chunks`}>
              {whole(section.chunks)}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
