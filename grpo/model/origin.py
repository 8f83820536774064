"""Where a model comes from, and what is never loaded: pickles, and code that comes with a model."""

from __future__ import annotations

from pathlib import Path

from grpo.errors import ModelNotFound, ModelRefused

PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
OTHER_WEIGHTS = (*PICKLES, ".gguf", ".h5", ".msgpack", ".onnx", ".npz")
CONVERT = (
    "convert it once, where its origin is trusted: AutoModelForCausalLM.from_pretrained(OLD).save_pretrained(NEW) "
    "writes safetensors; copy the tokenizer's files beside them"
)


def look_over(path: Path) -> None:
    """Raises:
    ModelNotFound, ModelRefused: what the names of the files in the directory ``path`` already show.
    """
    if not any(path.glob("*.safetensors")):
        other = sorted(file.name for file in path.iterdir() if file.suffix in OTHER_WEIGHTS)
        if other:
            pickled = " (a pickle, which can run any code when it is read)" if other[0].endswith(PICKLES) else ""
            raise ModelRefused(str(path), f"has weights only as {other[0]}{pickled}; safetensors are needed", CONVERT)
        raise ModelNotFound(str(path), "the directory has no *.safetensors")
    if not (path / "config.json").is_file():
        raise ModelNotFound(str(path), "the directory has no config.json")


def pinned(name: str) -> dict[str, str]:
    """What ``from_pretrained`` takes for a directory, or for a hub id with or without ``@REVISION``."""
    repository, _, revision = name.partition("@")
    if not revision or Path(name).is_dir():
        return {"pretrained_model_name_or_path": name}
    return {"pretrained_model_name_or_path": repository, "revision": revision}


def refused(name: str, error: Exception, about: str = "") -> ModelNotFound | ModelRefused:
    """The typed error for what a loader of ``transformers`` says."""
    text = str(error).strip()
    if "trust_remote_code" in text or "custom code" in text:
        remedy = "use a model whose type transformers knows; code that comes with a model is never run"
        return ModelRefused(name, "needs code of its own", remedy)
    if "safetensors" in text and not Path(name).is_dir():
        return ModelRefused(name, "has no safetensors", CONVERT)
    return ModelNotFound(name, about + (text.splitlines()[0] if text else type(error).__name__))
