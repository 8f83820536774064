"""Language models: their network, how they decode and score, and how they are stored."""
