import { App } from "antd";
import { Link } from "react-router";
import { useDocumentsAffectedQuery, useDocumentsRebuildMutation } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { newKey } from "@/shared/ui/newKey";
import { Card } from "@/shared/ui/Page";
import { Refusal } from "@/shared/ui/states";
import { Affected } from "./Affected";

/** After a withdrawal: datasets that still hold the document, and freezing them again without it. */
export function Rebuild({ id }: { id: string }) {
  const { message } = App.useApp();
  const held = useDocumentsAffectedQuery({ id }).currentData?.data.attributes.datasets ?? [];
  const [rebuild, state] = useDocumentsRebuildMutation();
  const open = held.filter((one) => one.rebuild && !one.replaced_by);
  const made = state.data?.data ?? [];
  const ask = async () => {
    const sent = await rebuild({ id, "idempotency-key": newKey(), wantedRebuild: {} });
    if (sent.data) void message.success("The datasets are being frozen without it.");
  };
  return (
    <Card
      title="What it has gone into"
      extra={
        <Action
          needs="datasets:write"
          loading={state.isLoading}
          blocked={!open.length && "No dataset holds anything of it that was not frozen again."}
          onClick={() => void ask()}
        >
          Freeze again without it
        </Action>
      }
    >
      <Affected id={id} />
      {made.length > 0 && (
        <p role="status" className="mt-3">
          Asked for:{" "}
          {made.map((one) => (
            <Link key={one.id} to={`/datasets/${one.id}`} className="mr-3">
              {one.attributes.name}
            </Link>
          ))}
        </p>
      )}
      <Refusal failure={state.error ? failureOf(state.error) : null} className="mt-2" />
    </Card>
  );
}
