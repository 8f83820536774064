/** Which parts of the query cache an event makes old, by the tags of the OpenAPI document. */

const BY_TOPIC: Record<string, readonly string[]> = {
  "studio.documents": ["documents", "jobs", "pipeline"],
  "studio.generation": ["generation", "jobs", "lineage", "pipeline", "recipes"],
  "studio.generation.samples": ["samples", "generation", "jobs"],
  "studio.curation": ["curation", "samples", "jobs", "lineage", "pipeline"],
  "studio.curation.scores": ["samples", "curation", "jobs"],
  "studio.datasets": ["datasets", "jobs", "lineage", "pipeline"],
  "studio.training": ["training", "trainers", "jobs", "lineage", "pipeline"],
  "studio.training.steps": ["training", "jobs"],
  "studio.models": ["models", "lineage", "pipeline"],
  "studio.deployments": ["deployments", "jobs", "lineage", "pipeline"],
  "studio.metrics.windows": ["pipeline", "jobs", "deployments"],
  "studio.dead": ["dead-letters", "pipeline"],
};

/** Tags that an event of `topic` and `type` makes old. */
export function tagsOf(topic: string, type: string): readonly string[] {
  if (type === "SampleReviewed" || type === "ReviewDecided") return ["samples", "reviews"];
  return BY_TOPIC[topic] ?? [];
}
