"""Every figure of a step by name, with its definition."""

from __future__ import annotations

from collections.abc import Mapping

FIELDS: Mapping[str, str] = {
    "loss": "warm start: mean answer loss, nats per token; grpo: value of the objective",
    "reward": "mean total reward of the step's completions; 0 in the warm start",
    "reward_parts": "means of the named parts of the reward, unweighted",
    "kl": "mean k3 estimate against the reference, nats per token; 0 where it was not measured",
    "entropy": "mean of -log p of the sampled tokens, nats; an unbiased estimate of the policy's entropy",
    "clip_fraction": "share of token weight where the clip was active",
    "grad_norm": "norm of the gradient before clipping",
    "learning_rate": "of this step",
    "length": "mean completion length, tokens",
    "tokens": "completion tokens of the step; warm start: answer tokens",
    "completions": "completions of the step",
    "dead_groups": "groups whose rewards were all equal",
    "seconds": "wall time of the step",
}

METRICS: Mapping[str, str] = {
    "ratio": "mean of exp(logp - old logp) over the tokens of the last update; 1 before the policy moves",
    "ratio_most": "largest of those",
    "policy_entropy": "mean entropy of the distributions that tokens were drawn from, nats; only with an entropy bonus",
    "importance": "mean truncated importance weight of a token; only with importance_cap",
    "importance_share": "effective over actual number of tokens under those weights (Kish); only with importance_cap",
    "kl_coefficient": "weight of the KL penalty in this step",
    "micro_batches": "backward passes that one update took",
    "groups_sampled": "groups that were sampled for this step, refills included",
    "groups_refilled": "groups without spread that were replaced by others",
    "faults": "completions whose reward failed",
    "truncated": "share of completions that hit the token limit",
    "sampler_lag": "versions that the sampling weights were behind, the most of the step; only with a sampler",
    "sampler_wait": "seconds that the learner waited for its sampler; only with one",
    "back_offs": "how often the stability monitor has backed off so far",
}
DEFINITIONS: Mapping[str, str] = {**FIELDS, **METRICS}
