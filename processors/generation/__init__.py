"""Generation: questions with answers that stand verbatim in a document."""
