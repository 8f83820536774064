import { useParams } from "react-router";
import { useUrl } from "@/shared/ui/useUrl";
import { Compare } from "./Compare";
import { NewRunPage } from "./NewRunPage";
import { RunPage } from "./RunPage";
import { RunsPage } from "./RunsPage";
import { SearchesPage } from "./SearchesPage";
import { SearchPage } from "./SearchPage";

/** Runs: the list, one of them, several side by side, a new one, or those of a search. */
export function Component() {
  const { id } = useParams();
  const { get } = useUrl();
  if (id) return <RunPage key={id} id={id} />;
  if (get("compare")) return <Compare />;
  if (get("new")) return <NewRunPage dataset={get("new")} />;
  if (get("search")) return <SearchPage key={get("search")} name={get("search")} />;
  if (get("searches")) return <SearchesPage />;
  return <RunsPage />;
}
