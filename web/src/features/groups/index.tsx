import { Navigate, useParams } from "react-router";
import { Page } from "@/shared/ui/Page";
import { Empty } from "@/shared/ui/states";
import { Link } from "react-router";
import { GroupsPage } from "./GroupsPage";
import { useGroupSteps } from "./useGroupSteps";

/** The groups of one step of a run; without a step, those of the last one. */
export function Component() {
  const { id = "", step } = useParams();
  if (step === undefined) return <Last id={id} />;
  return <GroupsPage id={id} step={Number(step)} />;
}

function Last({ id }: { id: string }) {
  const steps = useGroupSteps(id);
  const last = steps.at(-1);
  if (last !== undefined) return <Navigate to={`/runs/${id}/groups/${last}`} replace />;
  return (
    <Page title="Groups" lead={<Link to={`/runs/${id}`}>The run</Link>}>
      <Empty title="No groups yet">They come with the first step of GRPO; the warm start has none.</Empty>
    </Page>
  );
}
