/** What a deployment says about itself, out of what the API answers. */
import type { ArmAttributes, ChangeAttributes, DeploymentAttributes, VerdictAttributes } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";
import { outlook } from "./canary";

export const onTrial = (it: DeploymentAttributes): boolean => !!it.candidate_version;

/** Its state in a word: paused says more than trial. */
export const stateOf = (it: DeploymentAttributes): string => (it.paused ? "paused" : it.status || "unknown");

export const armOf = (it: DeploymentAttributes, role: ArmAttributes["role"]): ArmAttributes | undefined =>
  it.arms?.find((arm) => arm.role === role);

/** Stable versions from old to new, by replaying the changes (in any order). */
export function stablesOf(changes: readonly ChangeAttributes[]): string[] {
  const stables: string[] = [];
  let candidate = "";
  for (const change of [...changes].sort((one, other) => one.revision - other.revision)) {
    const stable = change.stable_version ?? "";
    if (change.type === "DeploymentStarted") {
      if (stable && stables.at(-1) !== stable) stables.push(stable);
      candidate = change.candidate_version ?? "";
    } else if (change.type === "Promoted") {
      stables.push(stable || candidate);
      candidate = "";
    } else if (change.type === "RolledBack") {
      if (!candidate) stables.pop();
      candidate = "";
    }
  }
  return stables;
}

export interface Back {
  from: string;
  to: string;
}

/** What a rollback does now; null where there is nothing to go back to. */
export function backOf(it: DeploymentAttributes, changes: readonly ChangeAttributes[]): Back | null {
  if (it.candidate_version) return { from: it.candidate_version, to: it.stable_version ?? "" };
  const before = stablesOf(changes).at(-2);
  return before ? { from: it.stable_version ?? "", to: before } : null;
}

/** What a running trial still lacks, in sentences. */
export function lacking(it: DeploymentAttributes): string[] {
  const standing = it.standing;
  if (!standing || !onTrial(it)) return [];
  const [canary, baseline] = [standing.canary_outcomes, standing.baseline_outcomes];
  const minimum = it.minimum_calls ?? 0;
  const told: string[] = [];
  if (standing.decision === "promote") return ["The test says: promote. It happens by itself in a moment."];
  if (standing.decision === "rollback") return ["The test says: roll back. It happens by itself in a moment."];
  if (standing.decision === "stop") told.push(`${it.maximum_calls} calls passed without a verdict: decide yourself.`);
  const missing = [
    canary < minimum && `${minimum - canary} more judged calls of the canary`,
    baseline < minimum && `${minimum - baseline} more judged calls of the baseline`,
  ].filter(Boolean);
  if (missing.length) told.push(`A promotion needs ${missing.join(" and ")} (${minimum} in each arm).`);
  if (it.paused) told.push("Paused: the canary gets no calls, so nothing is learnt until it is resumed.");
  else if (standing.decision === "continue") told.push(outlookOf(it));
  return told.filter(Boolean);
}

const MOST = 200_000;

function outlookOf(it: DeploymentAttributes): string {
  const standing = it.standing;
  if (!standing?.canary_outcomes || !standing.baseline_outcomes)
    return "It begins when calls of both versions are judged: report outcomes.";
  const arm = (n: number, rate: number | null) => ({ n, sum: n * (rate ?? 0) });
  const found = outlook(
    arm(standing.canary_outcomes, standing.canary_rate),
    arm(standing.baseline_outcomes, standing.baseline_rate),
    it.weight ?? 0.5,
    { margin: it.margin ?? 0, confidence: it.confidence ?? 0.95, minimum: it.minimum_calls ?? 0 },
    MOST,
  );
  if (!found)
    return `If the scores stay as they are, ${MOST.toLocaleString("en-GB")} more judged calls are not enough.`;
  const what = found.decision === "promote" ? "to promote" : "to roll back";
  return `Needs about ${found.calls.toLocaleString("en-GB")} more judged calls ${what}, if the scores stay as they are.`;
}

export interface Moment {
  key: string;
  at: string;
  kind: "change" | "verdict";
  title: string;
  detail: string;
  author: string;
  tone: "good" | "bad" | "warn" | "calm";
}

const share = (weight: number | null | undefined): string => `${Math.round((weight ?? 0) * 1000) / 10} %`;

/** Changes and verdicts in one line of time, newest first. */
export function timeline(changes: readonly ChangeAttributes[], verdicts: readonly VerdictAttributes[]): Moment[] {
  const moments = [...changes.map(momentOf), ...verdicts.map(verdictOf)];
  return moments.sort((one, other) => other.revision - one.revision).map(({ revision: _, ...moment }) => moment);
}

function momentOf(change: ChangeAttributes): Moment & { revision: number } {
  const { candidate_version: candidate, stable_version: stable, weight } = change;
  const [title, tone] = titleOf(change.type, candidate ?? "", stable ?? "", share(weight));
  return {
    revision: change.revision,
    key: `change-${change.revision}`,
    at: change.valid_from,
    kind: "change",
    title,
    tone,
    detail: change.reason ?? "",
    author: change.author ?? "",
  };
}

function titleOf(type: string, candidate: string, stable: string, weight: string): [string, Moment["tone"]] {
  switch (type) {
    case "DeploymentStarted":
      return [
        stable ? `${candidate} on trial against ${stable} with ${weight}` : `${candidate} is the first version`,
        "calm",
      ];
    case "WeightSet":
      return [`${candidate} gets ${weight} of the calls`, "calm"];
    case "Promoted":
      return [`${stable} promoted`, "good"];
    case "RolledBack":
      return [`rolled back to ${stable}`, "bad"];
    case "DeploymentPaused":
      return [`${candidate} paused`, "warn"];
    case "DeploymentResumed":
      return [`${candidate} resumed with ${weight}`, "calm"];
    default:
      return [type, "calm"];
  }
}

function verdictOf(verdict: VerdictAttributes): Moment & { revision: number } {
  const { decision } = verdict;
  return {
    revision: verdict.revision,
    key: `verdict-${verdict.revision}`,
    at: verdict.reached_at,
    kind: "verdict",
    title: `verdict on ${verdict.version}: ${decision === "stop" ? "undecided" : decision}`,
    detail: verdict.reason ?? "",
    author: `${verdict.canary_calls ?? 0} calls against ${verdict.baseline_calls ?? 0}`,
    tone: decision === "promote" ? "good" : decision === "rollback" ? "bad" : "warn",
  };
}

export const lineageCommand = (name: string): string => `studio lineage deployment ${shell(name)}`;
