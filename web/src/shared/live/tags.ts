/** Which parts of the query cache an event makes old, by the tags of the OpenAPI document. */

const BY_TOPIC: Record<string, readonly string[]> = {
  "studio.documents": ["documents", "pipeline"],
  "studio.generation": ["generation", "pipeline"],
  "studio.generation.samples": ["samples", "generation"],
  "studio.curation": ["curation", "samples", "pipeline"],
  "studio.curation.scores": ["samples", "curation"],
  "studio.datasets": ["datasets", "pipeline"],
  "studio.training": ["training", "pipeline"],
  "studio.training.steps": ["training"],
  "studio.models": ["models", "pipeline"],
  "studio.deployments": ["deployments", "pipeline"],
  "studio.metrics.windows": ["pipeline", "deployments"],
  "studio.dead": ["dead-letters", "pipeline"],
};

/** Tags that an event of `topic` and `type` makes old. */
export function tagsOf(topic: string, type: string): readonly string[] {
  if (type === "SampleReviewed" || type === "ReviewDecided") return ["samples"];
  return BY_TOPIC[topic] ?? [];
}
