import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { pieces } from "@/shared/text/codePoints";
import { whole } from "@/shared/ui/numbers";
import { rowAt, type Row } from "./rows";
import { useText } from "./useText";

interface Props {
  id: string;
  rows: readonly Row[];
  /** What to show marked, in code points. */
  mark: { start: number; end: number } | null;
  /** Scroll here when it changes: a place in the text. */
  place: number | undefined;
  /** The last row in view. */
  onLast: (row: number) => void;
}

/** The text of a document, of any length: only the rows in view exist. Chunks have a bar at their side. */
export function TextView({ id, rows, mark, place, onLast }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => 24 + Math.ceil(((rows[index]?.end ?? 0) - (rows[index]?.start ?? 0)) / 85) * 21,
    overscan: 4,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const tell = useRef(onLast);
  useEffect(() => {
    tell.current = onLast;
  });
  useEffect(() => tell.current(last), [last]);
  const wanted = place === undefined ? -1 : rowAt(rows, place);
  useEffect(() => {
    if (wanted >= 0) virtual.scrollToIndex(wanted, { align: "start" });
    // only where the wanted row moves
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [wanted, place]);
  return (
    <div
      ref={box}
      tabIndex={0}
      role="region"
      aria-label="Extracted text"
      className="relative h-[max(24rem,calc(100vh-15rem))] overflow-y-auto rounded border border-line"
    >
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {shown.map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <div
              key={index}
              ref={virtual.measureElement}
              data-index={index}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start}px)` }}
            >
              <TextRow id={id} row={row} mark={mark} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function TextRow({ id, row, mark }: { id: string; row: Row; mark: Props["mark"] }) {
  const { text, error } = useText(id, row.start, row.end);
  const { chunk } = row;
  const marks = mark ? [{ name: "mark", ...mark }] : [];
  const heading = !chunk && text?.trim();
  if (!chunk && text !== undefined && !heading) return <div className="h-2" />;
  return (
    <div
      className={`group px-4 whitespace-pre-wrap break-words ${
        chunk ? "my-1 border-l-2 border-accent/50 hover:border-accent hover:bg-raised/60" : "pt-2 font-semibold"
      }`}
      data-chunk={chunk?.id}
    >
      {chunk && (
        <div className="flex gap-2 text-xs text-soft" aria-hidden>
          <span>chunk {whole(chunk.number)}</span>
          <span className="opacity-0 group-hover:opacity-100">
            characters {whole(row.start)} to {whole(row.end)}
          </span>
        </div>
      )}
      {text === undefined ? (
        <span className="text-soft">{error ? "This part could not be read." : "…"}</span>
      ) : (
        pieces(chunk ? text : text.replace(/^\n+|\n+$/g, ""), row.start, chunk ? marks : []).map((piece) =>
          piece.names.length ? <mark key={piece.start}>{piece.text}</mark> : piece.text,
        )
      )}
    </div>
  );
}
