import { useParams } from "react-router";
import { DeploymentPage } from "./DeploymentPage";
import { DeploymentsPage } from "./DeploymentsPage";

/** Deployments: the list, or one with its trial. */
export function Component() {
  const { name } = useParams();
  return name ? <DeploymentPage key={name} name={name} /> : <DeploymentsPage />;
}
