import { Button } from "antd";
import { Link } from "react-router";
import { size, whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Progress } from "@/shared/ui/Progress";
import { isOver, tally, type Upload } from "./queue";
import { uploads, useUploads } from "./uploads";

const SHOWN = 100;
const RANK = { failed: 0, sending: 1, storing: 1, waiting: 2, done: 3, cancelled: 4 };

/** What is on its way, with what went wrong first. */
export function Uploads() {
  const all = useUploads();
  if (!all.length) return null;
  const sums = tally(all);
  const shown = [...all].sort((one, other) => RANK[one.stage] - RANK[other.stage]).slice(0, SHOWN);
  return (
    <Card
      title="Uploads"
      extra={
        <span className="flex items-center gap-3 text-xs text-soft">
          <span role="status">
            {whole(sums.done)} of {whole(sums.all)} done{sums.failed ? `, ${whole(sums.failed)} failed` : ""}
          </span>
          {sums.open > 1 && (
            <Button size="small" onClick={() => uploads.cancelAll()}>
              Cancel all
            </Button>
          )}
          {sums.open < all.length && (
            <Button size="small" onClick={() => uploads.clear()}>
              Clear
            </Button>
          )}
        </span>
      }
    >
      <ul className="flex max-h-80 flex-col divide-y divide-line overflow-y-auto" tabIndex={0} aria-label="Uploads">
        {shown.map((upload) => (
          <Row key={upload.key} upload={upload} />
        ))}
      </ul>
      {all.length > shown.length && (
        <p className="mt-2 text-xs text-soft">
          First {SHOWN} of {whole(all.length)}; the others follow as these are done.
        </p>
      )}
    </Card>
  );
}

function Row({ upload }: { upload: Upload }) {
  return (
    <li className="flex flex-col gap-1 py-2">
      <div className="flex items-center gap-3">
        {upload.document ? (
          <Link to={`/documents/${upload.document}`} className="min-w-0 flex-1 truncate" title={upload.path}>
            {upload.path}
          </Link>
        ) : (
          <span className="min-w-0 flex-1 truncate" title={upload.path}>
            {upload.path}
          </span>
        )}
        <span className="text-xs whitespace-nowrap text-soft tabular-nums">{told(upload)}</span>
        {!isOver(upload) && (
          <Button size="small" aria-label={`Cancel ${upload.path}`} onClick={() => uploads.cancel(upload.key)}>
            Cancel
          </Button>
        )}
        {(upload.stage === "failed" || upload.stage === "cancelled") && (
          <Button size="small" aria-label={`Try again: ${upload.path}`} onClick={() => uploads.retry(upload.key)}>
            Try again
          </Button>
        )}
      </div>
      {!isOver(upload) && <Progress done={upload.sent} total={upload.size || 1} label={`Upload of ${upload.path}`} />}
      {upload.failure && (
        <p role="alert" className="text-xs break-words text-bad">
          {upload.failure.message} {upload.failure.remedy} <code>{upload.failure.code}</code>
        </p>
      )}
    </li>
  );
}

function told(upload: Upload): string {
  switch (upload.stage) {
    case "waiting":
      return `waiting, ${size(upload.size)}`;
    case "sending":
      return `${size(upload.sent)} of ${size(upload.size)}`;
    case "storing":
      return "sent, being stored";
    default:
      return `${upload.stage}, ${size(upload.size)}`;
  }
}
