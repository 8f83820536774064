"""The live feed: history, then live, without a gap or a repeat, to any number of watchers."""
