"""Given-when-then for documents."""

from dataclasses import asdict, replace
from typing import Any

import pytest
from studio.contract.records import DocumentExtracted, DocumentRegistered, DocumentWithdrawn, ExtractionFailed

from processors.extraction.decide import (
    DOCUMENT,
    FailExtraction,
    RecordExtraction,
    RegisterDocument,
    WithdrawDocument,
)
from processors.extraction.unreadable import REMEDIES
from streams.decider import Refused

REGISTER = RegisterDocument("a.pdf", "application/pdf", 10, "a" * 64, "t/" + "a" * 64, "ann", "manuals")
REGISTERED = DocumentRegistered(**asdict(REGISTER))
RECORD = RecordExtraction("studio", "1", "application/pdf", "t/1", "t/2", "t/3", "b" * 64, 100, 2, 3, 4, 0)
EXTRACTED = DocumentExtracted(**asdict(RECORD))
FAIL = FailExtraction("TRUNCATED_PDF", "It ends early.", "file", REMEDIES["TRUNCATED_PDF"])
FAILED = ExtractionFailed(**asdict(FAIL))
WITHDRAWN = DocumentWithdrawn(reason="licence", author="ann")


def when(given: list[Any], command: Any) -> list[Any]:
    state = DOCUMENT.fold(DOCUMENT.initial, given)
    return list(DOCUMENT.decide(DOCUMENT.load(DOCUMENT.dump(state)), command))


def test_it_is_registered_once_and_extracted_once() -> None:
    assert when([], REGISTER) == [REGISTERED]
    assert when([REGISTERED], REGISTER) == []
    assert when([REGISTERED], RECORD) == [EXTRACTED]
    assert when([REGISTERED, EXTRACTED], RECORD) == []


def test_a_failure_is_recorded_with_the_way_out() -> None:
    assert when([REGISTERED], FAIL) == [FAILED]
    assert when([REGISTERED, FAILED], FAIL) == []
    assert when([REGISTERED, EXTRACTED], FAIL) == []


def test_a_text_that_arrives_after_a_failure_still_counts() -> None:
    assert when([REGISTERED, FAILED], RECORD) == [EXTRACTED]


def test_the_canonical_text_never_changes() -> None:
    with pytest.raises(Refused) as refused:
        when([REGISTERED, EXTRACTED], replace(RECORD, text_sha256="c" * 64))
    assert refused.value.code == "ALREADY_EXTRACTED"


def test_a_withdrawn_document_takes_no_result() -> None:
    assert when([REGISTERED, EXTRACTED], WithdrawDocument("licence", "ann")) == [WITHDRAWN]
    assert when([REGISTERED, WITHDRAWN], RECORD) == []
    assert when([REGISTERED, WITHDRAWN], WithdrawDocument("again", "bob")) == []


def test_other_bytes_under_the_same_id_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        when([REGISTERED], replace(REGISTER, sha256="f" * 64))
    assert refused.value.code == "DOCUMENT_EXISTS"


@pytest.mark.parametrize("command", [RECORD, FAIL, WithdrawDocument("licence")])
def test_there_must_be_a_document(command: Any) -> None:
    with pytest.raises(Refused) as refused:
        when([], command)
    assert refused.value.code == "NOT_FOUND"


@pytest.mark.parametrize(
    ("given", "command", "field"),
    [
        ([], replace(REGISTER, name=" "), "name"),
        ([], replace(REGISTER, blob=""), "blob"),
        ([], replace(REGISTER, sha256="short"), "blob"),
        ([REGISTERED], WithdrawDocument(" "), "reason"),
    ],
)
def test_a_command_names_its_fault(given: list[Any], command: Any, field: str) -> None:
    with pytest.raises(Refused) as refused:
        when(given, command)
    assert (refused.value.code, refused.value.field) == ("INVALID", field)
