"""`python -m api openapi`: the OpenAPI document on standard output, without any server."""

from __future__ import annotations

import json
import sys

from api.application import application
from api.settings import ApiSettings
from streams.settings import Settings

USAGE = "usage: python -m api openapi"


def main(arguments: list[str]) -> int:
    """0: written. 2: asked for something else."""
    if arguments != ["openapi"]:
        print(USAGE, file=sys.stderr)
        return 2
    json.dump(application(Settings(), ApiSettings()).openapi(), sys.stdout, indent=1, sort_keys=True)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
