"""The REST face of the studio: thin, no business rule. See README.md."""
