# mypy: ignore-errors
"""The peer of generation: Data Designer, one structured column, run by the Python of its own environment.

`python generation_peer.py FILE`: JSON with `url`, `prompts` and `parallel`; prints rows, seconds and CPU seconds from
the first request on; what it does before (reading its settings, checking the model with one request) is not counted.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import data_designer.config as dd
import pandas as pd
from data_designer.interface import DataDesigner

SHAPE = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("question", "answer", "quote")},
    "required": ["question", "answer", "quote"],
}


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(work):
    provider = dd.ModelProvider(name="loopback", endpoint=work["url"], provider_type="openai", api_key="none")
    inference = dd.ChatCompletionInferenceParams(max_parallel_requests=work["parallel"], max_tokens=1024)
    model = dd.ModelConfig(alias="writer", model="object", provider="loopback", inference_parameters=inference)
    with tempfile.TemporaryDirectory() as folder:
        designer = DataDesigner(artifact_path=folder, model_providers=[provider])
        found = {}
        for name, prompts in (("warm", work["prompts"][:8]), ("rows", work["prompts"])):
            seed = Path(folder) / f"{name}.parquet"
            pd.DataFrame({"prompt": prompts}).to_parquet(seed)
            builder = dd.DataDesignerConfigBuilder(model_configs=[model])
            builder.with_seed_dataset(dd.LocalFileSeedSource(path=str(seed)))
            builder.add_column(
                dd.LLMStructuredColumnConfig(
                    name="item", model_alias="writer", prompt="{{ prompt }}", output_format=SHAPE
                )
            )
            wall, used = time.monotonic(), cpu()
            made = designer.create(config_builder=builder, num_records=len(prompts), dataset_name=name).load_dataset()
            rows = sum(one is not None and "answer" in str(one) for one in made["item"])
            found = {"rows": rows, "seconds": time.monotonic() - wall, "cpu": cpu() - used}
    print(json.dumps(found))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
