"""Synthetic Data Studio: the client, the producer, and the contract that everybody shares.

from studio import Studio

with Studio() as studio:
    document = studio.wait(studio.documents.upload("handbook.pdf"))
    batch = studio.wait(studio.batches.create([document.id], count=200))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.client import AsyncStudio as AsyncStudio
    from studio.client import Studio as Studio
    from studio.errors import ApiError as ApiError
    from studio.errors import BufferFull as BufferFull
    from studio.errors import Conflict as Conflict
    from studio.errors import DeliveryFailed as DeliveryFailed
    from studio.errors import Forbidden as Forbidden
    from studio.errors import JobCancelled as JobCancelled
    from studio.errors import JobFailed as JobFailed
    from studio.errors import JobLate as JobLate
    from studio.errors import NotConfigured as NotConfigured
    from studio.errors import NotFound as NotFound
    from studio.errors import RateLimited as RateLimited
    from studio.errors import ServerFault as ServerFault
    from studio.errors import StudioError as StudioError
    from studio.errors import Unauthorized as Unauthorized
    from studio.errors import Unreachable as Unreachable
    from studio.errors import ValidationError as ValidationError
    from studio.feed import FeedEvent as FeedEvent
    from studio.item import Item as Item
    from studio.item import Page as Page
    from studio.producer import EventProducer as EventProducer
    from studio.receipt import Receipt as Receipt
    from studio.rooms.chat import Answer as Answer
    from studio.sync_producer import SyncEventProducer as SyncEventProducer
    from studio.tracking import finish as finish
    from studio.tracking import init as init
    from studio.tracking import log as log
    from studio.tracking_run import TrackedRun as TrackedRun

# Where each public name is. Imported when it is first used: the server needs the contract and no HTTP client.
_HOMES = {
    "studio.client": ("AsyncStudio", "Studio"),
    "studio.errors": (
        "ApiError", "BufferFull", "Conflict", "DeliveryFailed", "Forbidden", "JobCancelled", "JobFailed", "JobLate",
        "NotConfigured", "NotFound", "RateLimited", "ServerFault", "StudioError", "Unauthorized", "Unreachable",
        "ValidationError",
    ),
    "studio.feed": ("FeedEvent",),
    "studio.item": ("Item", "Page"),
    "studio.producer": ("EventProducer",),
    "studio.receipt": ("Receipt",),
    "studio.sync_producer": ("SyncEventProducer",),
    "studio.rooms.chat": ("Answer",),
    "studio.tracking": ("finish", "init", "log"),
    "studio.tracking_run": ("TrackedRun",),
}  # fmt: skip
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}
__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'studio' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
