"""A dataset laid over a document: every page and section, with the reason where it gave nothing."""

from processors.datasets.silent import EMPTY, UNUSED, laid

CUT = {
    "sections": [{"id": "s1", "title": "Boats"}, {"id": "s2", "title": "Water"}, {"id": "s3", "title": "Bare"}],
    "chunks": [
        {"id": "c1", "section_id": "s1", "start": 0, "end": 10},
        {"id": "c2", "section_id": "s1", "start": 10, "end": 30},
        {"id": "c3", "section_id": "s2", "start": 30, "end": 40},
    ],
}
NEW = {"columns": {"start": [0, 15, 32], "end": [15, 32, 40], "page": [1, 2, 4]}}
OLD = {
    "spans": [
        {"start": 0, "end": 15, "page": 1},
        {"start": 15, "end": 32, "page": 2},
        {"start": 32, "end": 40, "page": 4},
    ]
}
COVERED = {
    "chunks": [
        {"id": "c1", "train": 2, "heldout": 0, "dropped": {"grounding >= 0.8": 1}},
        {"id": "c3", "train": 0, "heldout": 0, "dropped": {"grounding >= 0.8": 1, "dropped by ann": 3}},
    ]
}


def test_every_part_has_rows_or_a_reason() -> None:
    over = laid(COVERED, CUT, NEW, 5)
    assert [(c.id, c.rows, c.pages) for c in over.chunks] == [("c1", 2, (1,)), ("c2", 0, (1, 2)), ("c3", 0, (2, 4))]
    assert [c.why for c in over.chunks] == ["", UNUSED, "1 x grounding >= 0.8; 3 x dropped by ann"]
    assert [(s.id, s.title, s.rows) for s in over.sections] == [
        ("s1", "Boats", 2),
        ("s2", "Water", 0),
        ("s3", "Bare", 0),
    ]
    assert [s.why for s in over.sections] == ["", "3 x dropped by ann; 1 x grounding >= 0.8", EMPTY]
    pages = {page.id: page for page in over.pages}
    assert list(pages) == ["1", "2", "3", "4", "5"]
    assert (
        pages["1"].rows == 2 and pages["3"].why == pages["5"].why == EMPTY and pages["4"].dropped["dropped by ann"] == 3
    )


def test_maps_of_both_versions_are_read_and_text_has_no_pages() -> None:
    assert laid(COVERED, CUT, OLD, 5) == laid(COVERED, CUT, NEW, 5)
    columns = {"columns": {"start": [0], "end": [40], "byte_start": [0], "byte_end": [40]}}
    assert laid(None, CUT, columns).pages == ()
    assert {chunk.why for chunk in laid(None, CUT, columns).chunks} == {UNUSED}
