import { App } from "antd";
import { useState } from "react";
import {
  useDeploymentsPauseMutation,
  useDeploymentsPromoteMutation,
  useDeploymentsResumeMutation,
  useDeploymentsRollBackMutation,
  useDeploymentsSetWeightMutation,
  type DeploymentAttributes,
} from "@/shared/api";
import { failureOf, type Failure } from "@/shared/api/failure";

export interface Refusal extends Failure {
  /** Somebody else was faster: what is shown now is the new state. */
  overtaken: boolean;
}

/** What can be done to a deployment; each with the revision that the person saw. */
export function useActions(it: DeploymentAttributes, again: () => void) {
  const { message } = App.useApp();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const [setWeight] = useDeploymentsSetWeightMutation();
  const [promote] = useDeploymentsPromoteMutation();
  const [rollBack] = useDeploymentsRollBackMutation();
  const [pause] = useDeploymentsPauseMutation();
  const [resume] = useDeploymentsResumeMutation();
  const { name } = it;

  const act = async (doIt: (args: { name: string; "if-match": string }) => Promise<unknown>, done: string) => {
    setRefusal(null);
    setBusy(true);
    try {
      await doIt({ name, "if-match": `"${it.revision}"` });
      void message.success(done);
      return true;
    } catch (error) {
      const failure = failureOf(error);
      setRefusal({ ...failure, overtaken: failure.code === "CONFLICT" });
      again();
      return false;
    } finally {
      setBusy(false);
    }
  };
  return {
    refusal,
    busy,
    forget: () => setRefusal(null),
    setWeight: (weight: number) =>
      act(
        (args) => setWeight({ ...args, weight: { weight } }).unwrap(),
        `The canary gets ${Math.round(weight * 1000) / 10} %.`,
      ),
    promote: () => act((args) => promote({ ...args, body: {} }).unwrap(), `${it.candidate_version} is stable now.`),
    rollBack: (reason: string, to: string) =>
      act((args) => rollBack({ ...args, body: { reason } }).unwrap(), `${to} serves all calls.`),
    pause: (reason: string) =>
      act((args) => pause({ ...args, body: { reason } }).unwrap(), `${it.stable_version} serves all calls for now.`),
    resume: () => act((args) => resume({ ...args, body: {} }).unwrap(), `${it.candidate_version} gets calls again.`),
  };
}
