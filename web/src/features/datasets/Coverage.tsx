import { Link } from "react-router";
import { useDatasetsCoverageQuery, type CoveredDocument } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { Rows } from "@/shared/ui/Rows";
import { Failure, Loading } from "@/shared/ui/states";
import { coveredOf, gaps, rowsIn, whyNot } from "./coverage";

const SHOWN = 30;

/** Per document: every section as a cell, and why some gave nothing. */
export function Coverage({ id }: { id: string }) {
  const { currentData, error, refetch } = useDatasetsCoverageQuery({ id });
  if (error) return <Failure error={error} retry={() => void refetch()} what="No coverage map" />;
  if (!currentData) return <Loading what="Reading the map" />;
  const { documents, batches } = currentData.data.attributes;
  return (
    <div className="flex flex-col gap-5">
      {documents.map((document) => (
        <Covered key={document.document_id} document={document} />
      ))}
      {!documents.length && <p className="text-soft">No document of its batches has a text.</p>}
      <p className="text-xs text-soft">
        Batches:{" "}
        {batches.map(({ id: batch, asked, delivered, shortfall = [] }) => (
          <span key={batch} className="mr-3">
            <Link to={`/samples?batch=${batch}`}>{batch.slice(0, 8)}</Link> gave {whole(delivered)} of {whole(asked)}
            {shortfall.length > 0 &&
              ` (${shortfall.map((one) => `${whole(one.count)} ${one.reason.replaceAll("_", " ")}`).join(", ")})`}
          </span>
        ))}
      </p>
    </div>
  );
}

function Covered({ document: it }: { document: CoveredDocument }) {
  const empty = gaps(it);
  const place = (start: number, end: number) => `/documents/${it.document_id}?start=${start}&end=${end}`;
  return (
    <section aria-label={it.name}>
      <h3>
        <Link to={`/documents/${it.document_id}`}>{it.name}</Link>
      </h3>
      <p className="text-soft">
        {[
          coveredOf(it.covered_sections, it.section_count, "sections"),
          it.page_count ? coveredOf(it.covered_pages, it.page_count, "pages") : "",
          coveredOf(it.covered_chunks, it.chunk_count, "chunks"),
          `${whole(rowsIn(it))} rows`,
        ]
          .filter(Boolean)
          .join(" · ")}
        {it.note && ` · ${it.note}`}
      </p>
      <ul className="mt-2 flex flex-wrap gap-1" aria-label={`Sections of ${it.name}`}>
        {it.sections.map((piece) => (
          <li key={piece.id}>
            <Link
              to={place(piece.start, piece.end)}
              title={`${piece.title || "Without a heading"}: ${rowsIn(piece) ? `${rowsIn(piece)} rows` : whyNot(piece)}`}
              aria-label={`${piece.title || "Without a heading"}: ${rowsIn(piece)} rows`}
              className={`block size-4 rounded-sm border ${rowsIn(piece) ? "border-good bg-good" : "border-soft bg-raised"}`}
              style={rowsIn(piece) ? { opacity: Math.min(1, 0.4 + rowsIn(piece) / 10) } : undefined}
            />
          </li>
        ))}
      </ul>
      {empty.length > 0 && (
        <details className="mt-2">
          <summary className="cursor-pointer text-soft">{whole(empty.length)} sections gave nothing, and why</summary>
          <Rows
            label={`Sections of ${it.name} without rows`}
            rows={empty.slice(0, SHOWN)}
            keyOf={(piece) => piece.id}
            columns={[
              {
                title: "Section",
                head: true,
                cell: (piece) => <Link to={place(piece.start, piece.end)}>{piece.title || "Without a heading"}</Link>,
              },
              { title: "Pages", cell: (piece) => piece.pages?.join(", ") || "–" },
              { title: "Why", cell: whyNot },
            ]}
          />
          {empty.length > SHOWN && <p className="text-xs text-soft">The first {SHOWN}.</p>}
        </details>
      )}
    </section>
  );
}
