"""A run from its warm start to its last evaluation."""
