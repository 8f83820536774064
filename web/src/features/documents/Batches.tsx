import { Button } from "antd";
import { Link } from "react-router";
import { useGenerationIndexQuery, useGenerationShowQuery, type BatchResource } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { Progress } from "@/shared/ui/Progress";
import { State } from "@/shared/ui/State";

/** The batches that are being made, and the one that was just asked for. */
export function Batches({ asked, onClose }: { asked: string; onClose: () => void }) {
  const running = useGenerationIndexQuery({ status: "running" });
  const requested = useGenerationIndexQuery({ status: "requested" });
  const own = useGenerationShowQuery({ id: asked }, { skip: !asked });
  const others = [...(running.data?.data ?? []), ...(requested.data?.data ?? [])].filter((one) => one.id !== asked);
  const shown = [...(asked && own.data ? [own.data.data] : []), ...others];
  if (!shown.length) return null;
  return (
    <Card
      title="Samples being made"
      extra={
        asked && (
          <Button size="small" onClick={onClose}>
            Close
          </Button>
        )
      }
    >
      <ul className="flex flex-col gap-3">
        {shown.map((batch) => (
          <Batch key={batch.id} batch={batch} />
        ))}
      </ul>
    </Card>
  );
}

/** How far a batch is, what is missing, and why. */
export function Batch({ batch: { id, attributes: batch } }: { batch: BatchResource }) {
  const over = !["requested", "running"].includes(batch.status);
  const { samples = 0, count = 0, documents = [], method, error, shortfall = [] } = batch;
  return (
    <li className="flex flex-col gap-1">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <Link to={`/samples?batch=${id}`} className="font-medium">
          {whole(samples)} of {whole(count)} samples
        </Link>
        <State name={batch.status} />
        <span className="text-xs text-soft">
          {method}, from {whole(documents.length)} {documents.length === 1 ? "document" : "documents"}
        </span>
      </div>
      {!over && <Progress done={samples} total={count} label="Samples made" />}
      {shortfall.length > 0 && (
        <p className="text-xs text-warn">
          Missing: {shortfall.map((one) => `${whole(one.count)} ${one.reason.replaceAll("_", " ")}`).join(", ")}
        </p>
      )}
      {error && (
        <p className="text-xs break-words text-bad">
          {error.reason || error.code} {error.remedy}
        </p>
      )}
    </li>
  );
}
