/** What a model says about its versions, out of what the API answers. */
import type { DeploymentResource, EventResource, ModelAttributes, VersionAttributes } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";

/** Newest first. */
export const newestFirst = (model: ModelAttributes): VersionAttributes[] => [...(model.versions ?? [])].reverse();

export const aliasesOf = (model: ModelAttributes, version: string): string[] =>
  Object.entries(model.aliases ?? {}).flatMap(([alias, at]) => (at === version ? [alias] : []));

/** What a version does in the deployments: `stable in answers`, `on trial in answers`. */
export function dutiesOf(deployments: readonly DeploymentResource[], model: string, version: string): Duty[] {
  return deployments.flatMap(({ attributes: it }): Duty[] => {
    if (it.model !== model) return [];
    if (it.stable_version === version) return [{ name: it.name, what: "stable" }];
    return it.candidate_version === version ? [{ name: it.name, what: "on trial" }] : [];
  });
}

export interface Duty {
  name: string;
  what: "stable" | "on trial";
}

/** What kind of version it is, in a word. */
export function stageOf(version: VersionAttributes): string {
  const found: unknown = version.metadata?.stage;
  return typeof found === "string" ? found : "";
}

export interface Move {
  id: string;
  alias: string;
  from: string;
  to: string;
  author: string;
  at: string;
}

/** Moves of aliases, newest first, out of the log. */
export function movesOf(events: readonly EventResource[]): Move[] {
  return events
    .filter((event) => event.attributes.type === "AliasMoved")
    .map(({ id, attributes: { data, time } }) => ({
      id,
      alias: String(data?.alias ?? ""),
      from: String(data?.previous ?? ""),
      to: String(data?.version ?? ""),
      author: String(data?.author ?? ""),
      at: time,
    }));
}

/** Where a rollback of the alias leads; empty where it was never moved. */
export const beforeOf = (moves: readonly Move[], alias: string): string =>
  moves.find((move) => move.alias === alias)?.from ?? "";

/** The two versions that are compared at first: the newest, and what it was made from or the one before. */
export function pairOf(model: ModelAttributes): { left: string; right: string } {
  const versions = newestFirst(model);
  const right = versions[0];
  const base: unknown = right?.metadata?.base;
  const left = versions.find((one) => one.version === base) ?? versions[1] ?? right;
  return { left: left?.version ?? "", right: right?.version ?? "" };
}

export const lineageCommand = (name: string, version: string): string =>
  `studio lineage model_version ${shell(`${name}@${version}`)}`;
