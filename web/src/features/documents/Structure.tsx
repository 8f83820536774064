import { useDocumentsStructureQuery, type DocumentAttributes } from "@/shared/api";
import { Choice } from "@/shared/ui/Choice";
import { whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Failure, Loading } from "@/shared/ui/states";
import { useUrl } from "@/shared/ui/useUrl";
import { lineOf, partsIn, troublesOf, type Kind } from "./structure";

const SHOWN = 200;

/** Headings, tables, lists and code, each a place in the text; and what was hard about the file. */
export function Structure({ id, document }: { id: string; document: DocumentAttributes }) {
  const { get, set } = useUrl();
  const parts = partsIn(document);
  const kind = parts.find((part) => part.value === get("structure"))?.value ?? parts[0]?.value;
  const troubles = troublesOf(document);
  return (
    <Card
      title="Structure"
      extra={
        parts.length > 0 && (
          <Choice label="Parts" value={kind ?? ""} onChange={(next) => set({ structure: next })} options={parts} />
        )
      }
    >
      {troubles.map((trouble) => (
        <p key={trouble} className="mb-2 text-warn">
          {trouble}
        </p>
      ))}
      {kind ? (
        <Regions id={id} kind={kind} onGo={(start, end) => set({ start, end })} />
      ) : (
        <p className="text-soft">No headings, tables, lists or code were found in it.</p>
      )}
    </Card>
  );
}

interface RegionsProps {
  id: string;
  kind: Kind;
  onGo: (start: number, end: number) => void;
}

function Regions({ id, kind, onGo }: RegionsProps) {
  const { currentData, error, refetch } = useDocumentsStructureQuery({ id, kind, limit: SHOWN });
  if (error) return <Failure error={error} retry={() => void refetch()} what="No structure" />;
  if (!currentData) return <Loading what="Reading the structure" />;
  const total = currentData.meta?.total ?? currentData.data.length;
  return (
    <>
      <ol className="max-h-60 overflow-y-auto" tabIndex={0} aria-label="Parts of the document">
        {currentData.data.map(({ id: region, attributes: it }) => (
          <li key={region} style={{ paddingLeft: `${(Math.max(1, it.level ?? 1) - 1) * 1.25}rem` }}>
            <button
              type="button"
              className="w-full truncate rounded px-1.5 py-0.5 text-left hover:bg-raised"
              title={it.text}
              onClick={() => onGo(it.start, it.end)}
            >
              {lineOf(it)} {it.detail && <span className="text-xs text-soft">{it.detail}</span>}
            </button>
          </li>
        ))}
      </ol>
      {total > SHOWN && <p className="mt-1 text-xs text-soft">The first {SHOWN} of {whole(total)}.</p>}
    </>
  );
}
