import type { LineageAttributes, Node } from "@/shared/api";

/** Kinds of questions that the studio makes by rules. */
export const SAMPLE_KINDS = ["definition", "is_a", "normative", "number", "cloze"] as const;

export interface Group {
  name: string;
  /** mark: the beginning of the id, where names are not enough to tell things apart. */
  things: { name: string; mark: string; id: string; to: string }[];
}

const GROUPS: { type: Node["type"]; name: string; to: (id: string) => string }[] = [
  { type: "batch", name: "Batches", to: (id) => `/samples?batch_id=${encodeURIComponent(id)}` },
  { type: "curation", name: "Curations", to: (id) => `/samples?curation_id=${encodeURIComponent(id)}` },
  { type: "dataset", name: "Datasets", to: (id) => `/datasets/${encodeURIComponent(id)}` },
  { type: "run", name: "Runs", to: (id) => `/runs/${encodeURIComponent(id)}` },
  {
    type: "model_version",
    name: "Model versions",
    to: (id) => `/models/${encodeURIComponent(id.slice(0, id.lastIndexOf("@")))}`,
  },
  { type: "deployment", name: "Deployments", to: (id) => `/deployments/${encodeURIComponent(id)}` },
];

/** What a lineage downwards found, by kind, in the order of the flow. */
export function groupsOf(lineage: LineageAttributes): Group[] {
  return GROUPS.map(({ type, name, to }) => ({
    name,
    things: lineage.nodes
      .filter((node) => node.type === type)
      .map(({ id, label }) => ({
        id,
        name: type === "model_version" ? id : label || id.slice(0, 8),
        mark: ["batch", "curation", "run"].includes(type) ? id.slice(0, 6) : "",
        to: to(id),
      })),
  })).filter((group) => group.things.length > 0);
}
