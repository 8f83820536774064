import { useState } from "react";
import { useDocumentsBytesOfQuery, type Origin } from "@/shared/api";
import { download } from "@/shared/api/request";
import { failureOf } from "@/shared/api/failure";
import { figure, whole } from "@/shared/ui/numbers";

/** Where the answer stands in the uploaded file: pages and boxes of a PDF, the bytes themselves of anything else. */
export function Original({ source, documentId }: { source: Origin; documentId: string }) {
  const boxes = source.boxes ?? [];
  const [refused, setRefused] = useState("");
  const fetchIt = () =>
    download(`/api/v1/documents/${documentId}/original`, source.document_name).catch((error: unknown) =>
      setRefused(failureOf(error).message),
    );
  return (
    <div className="flex flex-col gap-1 text-xs text-soft">
      {source.byte_start != null && source.byte_end != null && (
        <Bytes id={documentId} start={source.byte_start} end={source.byte_end} />
      )}
      {boxes.length > 0 && (
        <>
          <p>In the uploaded PDF, in points from the lower left corner of the page:</p>
          <ul data-testid="boxes">
            {boxes.map((one, index) => (
              <li key={index} className="tabular-nums">
                page {one.page}, from ({pair(one.box, 0)}) to ({pair(one.box, 2)})
              </li>
            ))}
          </ul>
        </>
      )}
      {source.byte_start == null && !boxes.length && <p>Its place in the uploaded file is not known.</p>}
      <p>
        <button type="button" className="p-0 text-accent hover:underline" onClick={() => void fetchIt()}>
          Download the original
        </button>
        {boxes.length > 0 && ` and open page ${source.page}`}
      </p>
      {refused && (
        <p role="alert" className="text-bad">
          {refused}
        </p>
      )}
    </div>
  );
}

const pair = (box: readonly number[], at: number): string => `${figure(box[at], 5)}, ${figure(box[at + 1], 5)}`;

/** The bytes as they were uploaded, tags and all, with what stands around them. */
function Bytes({ id, start, end }: { id: string; start: number; end: number }) {
  const query = useDocumentsBytesOfQuery({ id, start, end, context: 120 });
  const found = query.currentData?.data.attributes;
  return (
    <>
      <p>
        In the uploaded file: bytes {whole(start)} to {whole(end)}
        {found && ` of ${whole(found.size)}, ${found.encoding}`}
      </p>
      {query.error && <p className="text-bad">{failureOf(query.error).message}</p>}
      {found && (
        <pre
          tabIndex={0}
          aria-label="Bytes of the uploaded file"
          className="max-h-32 overflow-auto rounded border border-line bg-page p-2 break-words whitespace-pre-wrap"
        >
          {found.before}
          <mark data-mark="bytes">{found.text}</mark>
          {found.after}
        </pre>
      )}
    </>
  );
}
