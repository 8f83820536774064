"""Batches: samples are asked for; the batch finishes with a reason for each missing one, fails, or is cancelled."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from jinja2 import TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from studio.contract.records import BatchCancelled, BatchFailed, BatchFinished, BatchRequested, Record, Shortfall

from processors.generation.limits import LARGEST_BUDGET, LARGEST_SEED, MOST_SAMPLES, address_fault
from streams.decider import Decider, Refused

METHODS = ("extractive", "endpoint")


@dataclass(frozen=True)
class Batch:
    """status: requested, finished, failed or cancelled; empty before."""

    status: str = ""
    count: int = 0


@dataclass(frozen=True)
class RequestBatch:
    """Ask for `count` samples from these documents.

    quality_threshold: candidates below it are not delivered, 0 to 1. template: Jinja, empty for the built-in one.
    endpoint: base URL of an OpenAI-compatible server, for example http://host:8000/v1. max_tokens: of one reply,
    0 for 1024. recipe: JSON of a resolved recipe; its parts say what the samples are. budget_tokens, budget_money: most
    that may be spent, 0 for no limit; money in millionths of `currency`. prices: JSON of {"input", "output"} per
    million tokens. replies_of: a batch whose kept replies are read again; nothing is asked then.
    """

    documents: tuple[str, ...]
    count: int
    method: str = "extractive"
    template: str = ""
    quality_threshold: float = 0.0
    endpoint: str = ""
    model: str = ""
    temperature: float = 0.0
    max_tokens: int = 0
    seed: int = 0
    requested_by: str = ""
    recipe: str = ""
    recipe_name: str = ""
    recipe_version: str = ""
    budget_tokens: int = 0
    budget_money: int = 0
    currency: str = ""
    prices: str = ""
    replies_of: str = ""


@dataclass(frozen=True)
class FinishBatch:
    """All work is done; `shortfall` has a reason for each of `asked - delivered`."""

    asked: int
    delivered: int
    shortfall: tuple[Shortfall, ...] = ()
    tokens_in: int = 0
    tokens_out: int = 0
    cost: int = 0
    repaired: int = 0
    currency: str = ""


@dataclass(frozen=True)
class FailBatch:
    """Nothing was delivered, for one reason."""

    code: str
    reason: str
    remedy: str = ""


@dataclass(frozen=True)
class CancelBatch:
    """Stop; samples that exist stay."""

    reason: str = ""
    author: str = ""


Command = RequestBatch | FinishBatch | FailBatch | CancelBatch


def decide(state: Batch, command: Command) -> list[Record]:
    """Decide about one batch.

    Raises:
        Refused: INVALID with the field at fault; ALREADY_REQUESTED; NOT_FOUND; NOT_RUNNING for a cancel that is late.
    """
    match command:
        case RequestBatch():
            if state.status:
                raise Refused("ALREADY_REQUESTED", "this batch exists", remedy="use a new id")
            _check(command)
            return [BatchRequested(**_fields(command))]
        case FinishBatch():
            _known(state)
            if state.status != "requested":
                return []  # cancelled meanwhile, or told twice
            told = sum(item.count for item in command.shortfall)
            if command.delivered + told != command.asked:
                raise Refused("INVALID", "each missing sample needs a reason", "shortfall")
            return [BatchFinished(**_fields(command))]
        case FailBatch():
            _known(state)
            if state.status != "requested":
                return []
            return [BatchFailed(code=command.code, reason=command.reason, remedy=command.remedy)]
        case CancelBatch():
            _known(state)
            if state.status == "cancelled":
                return []
            if state.status != "requested":
                raise Refused("NOT_RUNNING", f"the batch is {state.status} already")
            return [BatchCancelled(reason=command.reason, author=command.author)]


def evolve(state: Batch, record: Record) -> Batch:
    """Fold one record."""
    match record:
        case BatchRequested():
            return Batch("requested", record.count)
        case BatchFinished():
            return replace(state, status="finished")
        case BatchFailed():
            return replace(state, status="failed")
        case BatchCancelled():
            return replace(state, status="cancelled")
        case _:
            return state


def _fields(command: RequestBatch | FinishBatch) -> dict[str, Any]:
    """A command whose record has the same fields."""
    return {field.name: getattr(command, field.name) for field in fields(command)}


def _check(command: RequestBatch) -> None:
    if not command.documents or not all(command.documents):
        raise Refused("INVALID", "samples come from documents", "documents", "name at least one document id")
    if len(set(command.documents)) != len(command.documents):
        raise Refused("INVALID", "a document is named twice", "documents")
    if not 1 <= command.count <= MOST_SAMPLES:
        raise Refused("INVALID", f"{command.count} samples cannot be asked for", "count", f"from 1 to {MOST_SAMPLES}")
    if command.method not in METHODS:
        raise Refused("INVALID", f"{command.method!r} is no method", "method", " or ".join(METHODS))
    if not 0 <= command.quality_threshold <= 1:
        raise Refused("INVALID", f"{command.quality_threshold} is no threshold", "quality_threshold", "from 0 to 1")
    if not 0 <= command.seed <= LARGEST_SEED:
        raise Refused("INVALID", f"{command.seed} is no seed", "seed", f"from 0 to {LARGEST_SEED}")
    if not 0 <= command.budget_tokens <= LARGEST_BUDGET or not 0 <= command.budget_money <= LARGEST_BUDGET:
        raise Refused("INVALID", "this is no budget", "budget_tokens", f"from 0 (no limit) to {LARGEST_BUDGET}")
    if command.budget_money and not command.prices:
        raise Refused(
            "INVALID", "the price of this model is not known, so no amount of money can be kept to", "budget_money",
            "name input_price, output_price and currency in the recipe, set STUDIO_PRICES, or use budget_tokens",
        )  # fmt: skip
    if command.method == "endpoint":
        _check_endpoint(command)


def _check_endpoint(command: RequestBatch) -> None:
    if address_fault(command.endpoint):
        raise Refused(
            "INVALID",
            "this is no address of a server",
            "endpoint",
            "for example http://host:8000/v1, no login in it, or transformers:",
        )
    if not command.model:
        raise Refused("INVALID", "the endpoint has to be told which model to use", "model")
    if not 0 <= command.temperature <= 2:
        raise Refused("INVALID", f"{command.temperature} is no temperature", "temperature", "from 0 to 2")
    if not 0 <= command.max_tokens <= 32_768:
        raise Refused("INVALID", f"{command.max_tokens} is no reply length", "max_tokens", "from 0 to 32768")
    try:
        SandboxedEnvironment().parse(command.template)
    except TemplateSyntaxError as error:
        raise Refused("INVALID", f"line {error.lineno}: {error.message}", "template", "Jinja syntax") from error


def _known(state: Batch) -> None:
    if not state.status:
        raise Refused("NOT_FOUND", "there is no such batch")


BATCH = Decider("batch", "studio.generation", Batch(), decide, evolve)
