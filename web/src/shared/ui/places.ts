/** Kinds of things that the studio keeps, by their names in the lineage. */
export type Kind =
  | "document"
  | "file"
  | "batch"
  | "sample"
  | "curation"
  | "dataset"
  | "run"
  | "checkpoint"
  | "model_version"
  | "deployment";

/** The page that shows a thing. Batches and curations are lists of samples; a checkpoint belongs to its run. */
export function pathTo(kind: Kind, id: string): string {
  const own = encodeURIComponent(id);
  switch (kind) {
    case "document":
      return `/documents/${own}`;
    case "file":
      return lineageOf(kind, id); // the file of an imported dataset: it has no page of its own
    case "batch":
      return `/samples?batch=${own}`;
    case "sample":
      return `/samples/${own}`;
    case "curation":
      return `/samples?curation=${own}`;
    case "dataset":
      return `/datasets/${own}`;
    case "run":
      return `/runs/${own}`;
    case "checkpoint":
      return `/runs/${encodeURIComponent(id.split("/")[0] ?? "")}`;
    case "model_version":
      return `/models/${encodeURIComponent(id.slice(0, id.lastIndexOf("@")))}`;
    case "deployment":
      return `/deployments/${own}`;
  }
}

/** Its lineage. The slashes of an id stay: they are part of the address. */
export const lineageOf = (kind: Kind, id: string): string =>
  `/lineage/${kind}/${id.split("/").map(encodeURIComponent).join("/")}`;
