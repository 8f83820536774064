import { useParams } from "react-router";
import { ModelPage } from "./ModelPage";
import { ModelsPage } from "./ModelsPage";

/** Models: the list, or one with its versions, aliases and a chat with two of them. */
export function Component() {
  const { name } = useParams();
  return name ? <ModelPage key={name} name={name} /> : <ModelsPage />;
}
