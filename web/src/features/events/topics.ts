/** The topics of the log, with the types of their events. A test holds this list against the schemas. */
export const TOPICS: Readonly<Record<string, readonly string[]>> = {
  "studio.documents": ["DocumentRegistered", "DocumentExtracted", "ExtractionFailed", "DocumentWithdrawn"],
  "studio.generation": ["BatchRequested", "BatchFinished", "BatchFailed", "BatchCancelled", "RecipeSaved"],
  "studio.generation.samples": ["SampleGenerated", "ItemFinished", "ReplyReceived"],
  "studio.curation": ["CurationRequested", "CurationFinished", "CurationFailed", "ReviewDecided"],
  "studio.curation.scores": ["SampleScored"],
  "studio.datasets": ["DatasetRequested", "DatasetFrozen", "DatasetRefused"],
  "studio.training": [
    "RunRequested",
    "RunClaimed",
    "RunPaused",
    "RunResumed",
    "RunAdjusted",
    "RunCompleted",
    "RunFailed",
    "RunCancelled",
    "LeaseLost",
  ],
  "studio.training.steps": [
    "StepRecorded",
    "AdjustmentApplied",
    "CheckpointSaved",
    "EvaluationRecorded",
    "RunHeartbeat",
    "TrainerAnnounced",
  ],
  "studio.models": ["ModelRegistered", "AliasMoved"],
  "studio.deployments": [
    "DeploymentStarted",
    "WeightSet",
    "DeploymentPaused",
    "DeploymentResumed",
    "VerdictReached",
    "Promoted",
    "RolledBack",
  ],
  "studio.serving.calls": ["CallServed", "OutcomeReported"],
  "studio.metrics.windows": ["StageWindow", "OutcomeWindow", "Alert"],
  "studio.dead": ["DeadLettered", "DeadReleased", "DeadSkipped"],
};

/** Calls and windows of figures are many and not kept to be read back: only live, and only for who asks for them. */
const LIVE_ONLY = ["studio.serving.calls", "studio.metrics.windows"];
export const isKept = (topic: string): boolean => !LIVE_ONLY.includes(topic);

/** What the live feed is asked for. */
export const liveTopics = (topic: string): string[] =>
  topic ? [topic] : Object.keys(TOPICS).filter(isKept);

export const typesOf = (topic: string): string[] => [...(topic ? (TOPICS[topic] ?? []) : Object.values(TOPICS).flat())];
