import type { Origin } from "@/shared/api";
import { figure, whole } from "@/shared/ui/numbers";

/** Where the answer stands in the uploaded file: pages and boxes of a PDF, bytes of anything else. */
export function Original({ source }: { source: Origin; documentId: string }) {
  const boxes = source.boxes ?? [];
  return (
    <div className="text-xs text-soft">
      {source.byte_start != null && (
        <p>
          In the uploaded file: bytes {whole(source.byte_start)} to {whole(source.byte_end)}
        </p>
      )}
      {boxes.length > 0 && (
        <>
          <p>In the uploaded PDF: page {whole(source.page)}, in points from its lower left corner</p>
          <ul>
            {boxes.map((one, index) => (
              <li key={index} className="tabular-nums">
                page {one.page}: {one.box.map((value) => figure(value, 5)).join(", ")}
              </li>
            ))}
          </ul>
        </>
      )}
      {source.byte_start == null && !boxes.length && <p>Its place in the uploaded file is not known.</p>}
    </div>
  );
}
