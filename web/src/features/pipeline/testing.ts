/** A job as the API tells it, for tests. */
export const job = {
  kind: "run" as const,
  name: "answers",
  state: "running",
  active: true,
  done: 40,
  total: 100,
  unit: "steps",
  phase: "grpo",
  started_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  eta_seconds: 60,
};
