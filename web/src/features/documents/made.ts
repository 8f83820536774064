import type { LineageAttributes, Node } from "@/shared/api";
import { pathTo } from "@/shared/ui/places";

/** Kinds of questions that the studio makes by rules. */
export const SAMPLE_KINDS = ["definition", "is_a", "normative", "number", "cloze"] as const;

export interface Group {
  name: string;
  /** mark: the beginning of the id, where names are not enough to tell things apart. */
  things: { name: string; mark: string; id: string; to: string }[];
}

const GROUPS: { type: Node["type"]; name: string }[] = [
  { type: "batch", name: "Batches" },
  { type: "curation", name: "Curations" },
  { type: "dataset", name: "Datasets" },
  { type: "run", name: "Runs" },
  { type: "model_version", name: "Model versions" },
  { type: "deployment", name: "Deployments" },
];

/** What a lineage downwards found, by kind, in the order of the flow. */
export function groupsOf(lineage: LineageAttributes): Group[] {
  return GROUPS.map(({ type, name }) => ({
    name,
    things: lineage.nodes
      .filter((node) => node.type === type)
      .map(({ id, label }) => ({
        id,
        name: type === "model_version" ? id : label || id.slice(0, 8),
        mark: ["batch", "curation", "run"].includes(type) ? id.slice(0, 6) : "",
        to: pathTo(type, id),
      })),
  })).filter((group) => group.things.length > 0);
}
