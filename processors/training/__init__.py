"""Training runs: claimed by one trainer at a time, followed step by step, taken over when a trainer falls silent."""
