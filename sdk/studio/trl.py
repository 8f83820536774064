"""A callback for transformers' and TRL's trainers that tells their steps to the studio.

    from studio.trl import StudioCallback

    GRPOTrainer(..., callbacks=[StudioCallback("support-bot")])

Only this module imports transformers; the studio's package does not need it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from studio.errors import StudioError
from studio.tracking import init
from studio.tracking_run import TrackedRun
from studio.trl_logs import DEFINITIONS, Rows

try:
    from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
except ImportError as missing:
    raise StudioError(
        "studio.trl needs transformers", code="NOT_INSTALLED", remedy="install it, or use studio.init and studio.log"
    ) from missing


class StudioCallback(TrainerCallback):  # type: ignore[misc, unused-ignore]
    """A run from the beginning of the training to its end; only the first process tells anything.

    A run that somebody cancels in the studio stops the training after its step. A training that ends by an exception
    fails its run when the program ends.
    """

    def __init__(self, name: str = "", *, run: TrackedRun | None = None, **options: Any) -> None:
        """Args:
        name: of the run; that of the trainer's arguments otherwise.
        run: one that was begun by `studio.init`; it is then not finished here.
        options: of `studio.init`.
        """
        self.name, self.run, self._own, self._options = name, run, run is None, options
        self._rows = Rows()

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **more: Any
    ) -> None:
        """Start the run.

        Raises:
            NotConfigured, ApiError: as `studio.init`, before anything is trained.
        """
        if not state.is_world_process_zero or self.run is not None:
            return
        options: dict[str, Any] = {
            "steps_total": state.max_steps,
            "definitions": DEFINITIONS,
            "base_model": base_model(more.get("model")),
            # The next step says when this one is complete: an evaluation belongs to it, however long it takes.
            "linger": inf,
            **self._options,
        }
        self.run = init(self.name or name_of(args.run_name), config_of(args), **options)

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: Mapping[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Tell a row."""
        if self.run is not None and state.is_world_process_zero and (told := self._rows.step(logs or {})):
            self.run.log(told, state.global_step)

    def on_step_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """The step before is complete."""
        if self.run is not None:
            self.run.flush()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Stop where the run was cancelled."""
        if self.run is not None and self.run.stopped:
            control.should_training_stop = True
        return control

    def on_train_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """End the run."""
        if self.run is not None and self._own:
            self.run.finish(metrics=self._rows.final)


def name_of(text: str | None) -> str:
    """A run's name that the studio takes, from whatever the trainer is called."""
    letters = "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "-" for one in text or "")
    return letters.strip("._-")[:100].strip("._-") or "trl"


def config_of(args: Any) -> dict[str, Any]:
    """The trainer's arguments, without what may be secret."""
    found: dict[str, Any] = args.to_sanitized_dict() if hasattr(args, "to_sanitized_dict") else {}
    return {name: value for name, value in found.items() if "token" not in name or name.startswith("max_")}


def base_model(model: Any) -> str:
    """What the model was loaded from, where it knows."""
    return str(getattr(getattr(model, "config", None), "_name_or_path", "") or "")[:1000]
