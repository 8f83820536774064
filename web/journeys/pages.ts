/** Every page with an address that shows data, on a studio where the demo ran. */
import { call } from "./studio";

export interface Address {
  name: string;
  path: string;
  /** A text that is there once the data is. */
  heading: string | RegExp;
}

const newest = async (path: string): Promise<string> => (await call(path)).data[0]?.id ?? "none";

/** The addresses of all pages. */
export async function pages(): Promise<Address[]> {
  const [document, dataset, run, model, deployment, sample, recipe] = await Promise.all([
    newest("/documents?limit=1"),
    newest("/datasets?limit=1"),
    newest("/runs?limit=1&status=completed"),
    newest("/models?limit=1"),
    newest("/deployments?limit=1"),
    newest("/samples?limit=1"),
    newest("/recipes?limit=1"),
  ]);
  return [
    { name: "pipeline", path: "/pipeline", heading: "Pipeline" },
    { name: "documents", path: "/documents", heading: "Documents" },
    { name: "document", path: `/documents/${document}`, heading: /./ },
    { name: "recipes", path: "/recipes", heading: "Recipes" },
    { name: "recipe", path: `/recipes/${recipe.split("@")[0]}`, heading: /./ },
    { name: "samples", path: "/samples", heading: "Samples" },
    { name: "sample", path: `/samples/${sample}`, heading: /./ },
    { name: "review", path: "/review?order=random", heading: "Review" },
    { name: "datasets", path: "/datasets", heading: "Datasets" },
    { name: "dataset", path: `/datasets/${dataset}`, heading: /./ },
    { name: "runs", path: "/runs", heading: "Runs" },
    { name: "run", path: `/runs/${run}`, heading: /./ },
    { name: "groups", path: `/runs/${run}/groups/1`, heading: /./ },
    { name: "models", path: "/models", heading: "Models" },
    { name: "model", path: `/models/${model}`, heading: /./ },
    { name: "deployments", path: "/deployments", heading: "Deployments" },
    { name: "deployment", path: `/deployments/${deployment}`, heading: /./ },
    { name: "lineage", path: `/lineage/deployment/${deployment}`, heading: /./ },
    { name: "events", path: "/events", heading: "Events" },
    { name: "dead-letters", path: "/dead-letters", heading: "Dead letters" },
  ];
}
