import { Button } from "antd";
import type { VersionAttributes } from "@/shared/api";
import { Code, pretty } from "@/shared/ui/Code";
import { Card } from "@/shared/ui/Page";

/** Everything that is kept with a version. */
export function VersionDetail({ name, it, close }: { name: string; it: VersionAttributes; close: () => void }) {
  return (
    <Card
      title={`${name}@${it.version}`}
      extra={
        <Button size="small" onClick={close}>
          Close
        </Button>
      }
    >
      <p className="mb-3 break-all text-soft">
        Files: <code>{it.manifest_blob}</code>
      </p>
      <div className="grid gap-4 lg:grid-cols-2">
        <div>
          <h3 className="mb-1">Metadata</h3>
          <Code value={pretty(it.metadata ?? {})} label={`Metadata of ${it.version}`} height={200} />
        </div>
        <div>
          <h3 className="mb-1">Metrics</h3>
          <Code value={pretty(it.metrics ?? {})} label={`Metrics of ${it.version}`} height={200} />
        </div>
      </div>
    </Card>
  );
}
