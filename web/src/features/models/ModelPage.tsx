import { Link } from "react-router";
import { useDeploymentsIndexQuery, useModelsShowQuery } from "@/shared/api";
import { failureOf, isGone } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { Card, Page } from "@/shared/ui/Page";
import { Time } from "@/shared/ui/Time";
import { Unread } from "@/shared/ui/Unread";
import { useUrl } from "@/shared/ui/useUrl";
import { Aliases } from "./Aliases";
import { Chat } from "./Chat";
import { Deploy } from "./Deploy";
import { lineageCommand, newestFirst } from "./models";
import { VersionDetail } from "./VersionDetail";
import { Versions } from "./Versions";

export function ModelPage({ name }: { name: string }) {
  const { get, set } = useUrl();
  const { data, error, refetch } = useModelsShowQuery({ name });
  const deployments = useDeploymentsIndexQuery({ limit: 500 }).data?.data ?? [];
  if (!data || (error && isGone(failureOf(error))))
    return (
      <Unread title="Model" back={<Link to="/models">All models</Link>} error={error} retry={() => void refetch()} />
    );
  const model = data.data.attributes;
  const versions = newestFirst(model);
  const chosen = versions.find((one) => one.version === get("version"));
  return (
    <Page
      title={`Model ${name}`}
      lead={
        <span className="flex flex-wrap gap-x-3">
          <Link to="/models">All models</Link>
          <span>
            {versions.length} {versions.length === 1 ? "version" : "versions"}, last change{" "}
            <Time at={model.updated_at} />
          </span>
        </span>
      }
      command={versions[0] && lineageCommand(name, chosen?.version ?? versions[0].version)}
      actions={
        <Action
          type="primary"
          needs="deployments:write"
          blocked={!versions.length && "There is no version to deploy."}
          onClick={() => set({ deploy: versions[0]?.version })}
        >
          Deploy
        </Action>
      }
    >
      <Card title="Versions">
        <Versions model={model} deployments={deployments} chosen={chosen?.version} />
      </Card>
      {chosen && <VersionDetail name={name} it={chosen} close={() => set({ version: "" })} />}
      <Chat model={model} />
      <Aliases model={model} />
      {get("deploy") && (
        <Deploy model={model} version={get("deploy")} deployments={deployments} close={() => set({ deploy: "" })} />
      )}
    </Page>
  );
}
