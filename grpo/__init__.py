"""GRPO on one device: a plain library on torch and transformers that knows nothing of events."""
