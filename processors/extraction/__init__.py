"""Extraction: a document of any supported kind becomes one canonical text with a map back to its bytes."""
