/** A run as the API tells it, for the tests of its pages. */
export const attributes = {
  dataset_id: "d1",
  base_model: "small",
  model_name: "answers",
  status: "completed",
  phase: "grpo",
  step: 100,
  steps_total: 100,
  config: {},
  metrics: { gain: 0.17, gain_low: 0.13, gain_high: 0.22, reward_before: 0.63, reward_after: 0.8 },
};
export const run = { id: "abcdef0123", type: "run", attributes };
