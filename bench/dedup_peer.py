"""The peer of near-duplicate detection: datatrove's MinHash, all four steps. `python dedup_peer.py FILE`.

Prints CPU seconds and the ids that it keeps; the settings are those of ours: word trigrams, 32 buckets of 4 hashes.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from datatrove.data import Document
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig


def main(source: Path) -> None:
    """Deduplicate the texts of a JSON list and say what it cost."""
    documents = [Document(text=text, id=str(n)) for n, text in enumerate(json.loads(source.read_text()))]
    config = MinhashConfig(n_grams=3, num_buckets=32, hashes_per_bucket=4, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        MinhashDedupSignature(f"{folder}/signatures", config=config).run(iter(documents), 0, 1)
        for bucket in range(config.num_buckets):
            MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/buckets", config=config).run(
                None, bucket, config.num_buckets
            )
        MinhashDedupCluster(f"{folder}/buckets", f"{folder}/removed", config=config).run(None, 0, 1)
        kept = [int(one.id) for one in MinhashDedupFilter(f"{folder}/removed").run(iter(documents), 0, 1)]
        print(json.dumps({"cpu": time.process_time() - began, "kept": kept}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
