"""`python -m serving.local MODEL`: chat requests in, chat completions out, one JSON object a line until the input ends.

MODEL is a Hugging Face directory or a hub id: safetensors only, never code. After loading, the process has no network.
The first line out is `{"ready": true}` or an error object; each further line answers the line in of the same number,
with OpenAI's chat completion or error object. `response_format` json_schema and json_object are kept to by guidance.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from serving.chat import ChatError, ChatRequest, completion, usage
from serving.guided import Guides
from serving.loaded import Loaded, Piece
from serving.sampling import Sampling
from streams.confined import without_network

FILES = ["*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"]


def opened(model: str) -> Loaded:
    """The model in a directory, or of a hub id.

    Raises:
        ChatError: it is neither, or broken.
    """
    if Path(model).is_dir():
        return Loaded(Path(model), model)
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(model, allow_patterns=FILES))
    except Exception as error:  # the hub's client raises many kinds
        what = (str(error) or type(error).__name__).splitlines()[0]
        raise ChatError(404, "model_not_found", f"{model} is no directory, and not to be fetched: {what}") from error
    return Loaded(folder, model)


def schema_of(request: ChatRequest) -> dict[str, Any] | None:
    """The JSON Schema that a request asks for, None for free text.

    Raises:
        ChatError: 400 bad_schema, it names a kind of answer that is none, or no schema.
    """
    match (request.model_extra or {}).get("response_format"):
        case None | {"type": "text"}:
            return None
        case {"type": "json_object"}:
            return {"type": "object"}
        case {"type": "json_schema", "json_schema": {"schema": dict(schema)}}:
            return schema
    how = 'it is {"type": "json_schema", "json_schema": {"schema": {...}}}, or of type json_object or text'
    raise ChatError(400, "bad_schema", how, "response_format")


def answered(loaded: Loaded, guides: Guides, line: str) -> dict[str, Any]:
    """The completion of one request, or its error object."""
    try:
        request = ChatRequest.model_validate_json(line)
        ids, limit = loaded.prompt([(message.role, message.text) for message in request.messages], request.limit)
        schema = schema_of(request)
        guide = guides.make(schema) if schema is not None else None
        sampling = Sampling(request.temperature, request.top_p, limit, tuple(request.stop), request.seed)
        pieces: list[Piece] = []
        spent = loaded.generate(ids, sampling, pieces.append, threading.Event(), guide)
    except ValidationError as error:
        return ChatError(400, "bad_request", str(error)).body()
    except ChatError as error:
        return error.body()
    text, reason = "".join(piece.text for piece in pieces), pieces[-1].reason
    assert reason, "the last piece has one"
    return completion(
        f"chatcmpl-{uuid4().hex}", int(time.time()), request.model, [(text, reason)], usage(len(ids), spent)
    )


def main() -> int:
    # Libraries print; what they print is not to stand between the answers.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(what: dict[str, Any]) -> None:
        out.write(json.dumps(what) + "\n")
        out.flush()

    try:
        loaded = opened(sys.argv[1])
        guides = Guides(loaded.tokenizer, loaded.width, loaded.ends)
    except ChatError as error:
        tell(error.body())
        return 1
    except Exception as error:  # a tokenizer that llguidance cannot read
        tell(ChatError(503, "model_broken", f"{sys.argv[1]} cannot be guided: {error}").body())
        return 1
    without_network()
    tell({"ready": True})
    for line in sys.stdin:
        tell(answered(loaded, guides, line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
