"""The contract: typed events, their envelope and their bytes. Server and outside producers use the same code."""

from studio.contract.codec import LIMIT, Encoded, decode, encode
from studio.contract.errors import Undecodable
from studio.contract.event import Event, child_trace, derived_id, new_trace
from studio.contract.records import RECORDS, Record
from studio.contract.schemas import from_dict, to_dict, topic_of

__all__ = [
    "LIMIT",
    "RECORDS",
    "Encoded",
    "Event",
    "Record",
    "Undecodable",
    "child_trace",
    "decode",
    "derived_id",
    "encode",
    "from_dict",
    "new_trace",
    "to_dict",
    "topic_of",
]
