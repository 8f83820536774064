import { useParams } from "react-router";
import { useUrl } from "@/shared/ui/useUrl";
import { Compare } from "./Compare";
import { NewRunPage } from "./NewRunPage";
import { RunPage } from "./RunPage";
import { RunsPage } from "./RunsPage";

/** Runs: the list, one of them, several side by side, or a new one. */
export function Component() {
  const { id } = useParams();
  const { get } = useUrl();
  if (id) return <RunPage key={id} id={id} />;
  if (get("compare")) return <Compare />;
  if (get("new")) return <NewRunPage dataset={get("new")} />;
  return <RunsPage />;
}
