import { Button } from "antd";
import { Link } from "react-router";
import type { DeploymentResource, ModelAttributes, VersionAttributes } from "@/shared/api";
import { Action } from "@/shared/ui/Action";
import { Rows, type Column } from "@/shared/ui/Rows";
import { Time } from "@/shared/ui/Time";
import { useUrl } from "@/shared/ui/useUrl";
import { Measured } from "./Measured";
import { aliasesOf, dutiesOf, newestFirst, stageOf } from "./models";

interface Props {
  model: ModelAttributes;
  deployments: readonly DeploymentResource[];
  chosen: string | undefined;
}

/** Every version with what it gained, where it serves and where it comes from. */
export function Versions({ model, deployments, chosen }: Props) {
  const { set } = useUrl();
  const columns: Column<VersionAttributes>[] = [
    {
      title: "Version",
      head: true,
      cell: (one) => (
        <>
          <span className="font-medium">{one.version}</span>
          {stageOf(one) && <span className="ml-2 text-xs text-soft">{stageOf(one)}</span>}
        </>
      ),
    },
    { title: "Aliases and duties", cell: (one) => <Places model={model} deployments={deployments} it={one} /> },
    { title: "Held-out reward [gain, 95 %]", cell: (one) => <Measured version={one} /> },
    {
      title: "From",
      cell: (one) => (
        <span className="flex gap-3">
          {one.run_id && <Link to={`/runs/${one.run_id}`}>run</Link>}
          {one.dataset_id && <Link to={`/datasets/${one.dataset_id}`}>dataset</Link>}
          <Link to={`/lineage/model_version/${encodeURIComponent(`${model.name}@${one.version}`)}`}>lineage</Link>
        </span>
      ),
    },
    { title: "Registered", cell: (one) => <Time at={one.created_at} /> },
    {
      title: <span className="sr-only">Actions</span>,
      right: true,
      cell: (one) => (
        <span className="inline-flex gap-2">
          <Button
            size="small"
            aria-expanded={one.version === chosen}
            onClick={() => set({ version: one.version === chosen ? "" : one.version })}
          >
            Details<span className="sr-only"> of {one.version}</span>
          </Button>
          <Action size="small" needs="deployments:write" onClick={() => set({ deploy: one.version })}>
            Deploy<span className="sr-only"> {one.version}</span>
          </Action>
        </span>
      ),
    },
  ];
  return (
    <Rows
      label="Versions"
      rows={newestFirst(model)}
      columns={columns}
      keyOf={(one) => one.version}
      marked={(one) => one.version === chosen}
    />
  );
}

function Places({ model, deployments, it }: Omit<Props, "chosen"> & { it: VersionAttributes }) {
  const aliases = aliasesOf(model, it.version);
  const duties = dutiesOf(deployments, model.name, it.version);
  if (!aliases.length && !duties.length) return <span className="text-soft">–</span>;
  return (
    <span className="flex flex-wrap gap-1.5 text-xs">
      {aliases.map((alias) => (
        <span key={alias} className="rounded border border-accent/50 px-1.5 text-accent" title="alias">
          {alias}
        </span>
      ))}
      {duties.map((duty) => (
        <Link
          key={duty.name}
          to={`/deployments/${encodeURIComponent(duty.name)}`}
          className={`rounded border px-1.5 ${duty.what === "stable" ? "border-good/50 text-good!" : "border-warn/50 text-warn!"}`}
        >
          {duty.what} in {duty.name}
        </Link>
      ))}
    </span>
  );
}
