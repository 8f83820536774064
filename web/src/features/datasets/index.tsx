import { useParams } from "react-router";
import { useUrl } from "@/shared/ui/useUrl";
import { ComparePage } from "./ComparePage";
import { DetailPage } from "./DetailPage";
import { FreezePage } from "./FreezePage";
import { ImportPage } from "./ImportPage";
import { ListPage } from "./ListPage";

/** Datasets: the list, one version, two beside each other, and the forms for a new one. */
export function Component() {
  const { id } = useParams();
  const { get } = useUrl();
  if (id) return <DetailPage key={id} id={id} />;
  if (get("new")) return <FreezePage curation={get("curation")} name={get("name")} />;
  if (get("import")) return <ImportPage />;
  const [left, right] = get("compare").split(",");
  if (left && right) return <ComparePage ids={[left, right]} />;
  return <ListPage />;
}
