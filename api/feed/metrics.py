"""What a process that serves the feed says about itself."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

WATCHERS = Gauge("studio_feed_connections", "Watchers being served", ["over"])
FRAMES = Counter("studio_feed_frames", "Entries handed to watchers")
READ = Counter("studio_feed_entries", "Entries read from the table for live watchers, each once")
SENT_BACK = Counter("studio_feed_sent_back", "Watchers that were too slow and were sent back to catch up")
SNAPSHOTS = Counter("studio_feed_snapshots", "Watchers whose position said nothing any more", ["reason"])
AWAY = Counter("studio_feed_database_away", "Reads that got no answer")
LAG = Histogram(
    "studio_feed_lag_seconds", "Age of the newest entry when it is handed to live watchers",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)  # fmt: skip
