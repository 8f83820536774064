"""Read models: folds over the log, kept in Postgres."""
