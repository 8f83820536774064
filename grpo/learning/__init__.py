"""From groups to a moved policy: advantages, objectives, the batch, the optimizer."""
