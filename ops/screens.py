"""`make screens`: pictures of every page, of the platform in STUDIO_HOME; run the demo there first."""

from __future__ import annotations

import os
import subprocess
import sys

from studio.place import find

from ops.local.processes import ROOT


def main() -> int:
    """Drive Chromium over the running platform; its output is the caller's."""
    place = find()
    told = {"STUDIO_URL": place.url, "STUDIO_EMAIL": place.email, "STUDIO_PASSWORD": place.password}
    return subprocess.run(
        ["npm", "run", "--silent", "screens"], cwd=ROOT / "web", env={**os.environ, **told}
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
