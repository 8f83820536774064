import type {
  DatasetResource,
  DeploymentResource,
  DocumentResource,
  ModelResource,
  SampleResource,
} from "@/shared/api";
import type { Kind } from "@/shared/ui/places";

export interface Beginning {
  id: string;
  name: string;
  about: string;
}

interface Known {
  deployments: DeploymentResource[];
  models: ModelResource[];
  datasets: DatasetResource[];
  /** These two are searched by the studio. */
  documents: DocumentResource[];
  samples: SampleResource[];
}

/** Things to begin at whose name has all words of `text`, by kind; kinds without any are left out. */
export function beginnings(text: string, known: Known): { name: string; kind: Kind; things: Beginning[] }[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const named = (thing: Beginning) => words.every((word) => thing.name.toLowerCase().includes(word));
  const versions = known.models.flatMap(({ attributes: { name, versions = [], aliases = {} } }) =>
    [...versions].reverse().map(({ version }) => {
      const own = Object.keys(aliases).filter((alias) => aliases[alias] === version);
      return { id: `${name}@${version}`, name: `${name}@${version}`, about: own.join(", ") };
    }),
  );
  const lists: { name: string; kind: Kind; things: Beginning[] }[] = [
    {
      name: "Deployments",
      kind: "deployment",
      things: known.deployments
        .map(({ id, attributes }) => ({ id, name: attributes.name, about: attributes.stable_version ?? "" }))
        .filter(named),
    },
    { name: "Models", kind: "model_version", things: versions.filter(named) },
    {
      name: "Datasets",
      kind: "dataset",
      things: known.datasets
        .map(({ id, attributes: { name, version, status } }) => ({
          id,
          name: version ? `${name} ${version}` : name,
          about: status === "frozen" ? "" : status,
        }))
        .filter(named),
    },
    {
      name: "Documents",
      kind: "document",
      things: known.documents.map(({ id, attributes: { name, status } }) => ({
        id,
        name,
        about: status === "extracted" ? "" : status,
      })),
    },
    {
      name: "Samples",
      kind: "sample",
      things: known.samples.map(({ id, attributes }) => ({ id, name: attributes.question, about: "" })),
    },
  ];
  return lists.filter((list) => list.things.length > 0);
}
