"""Cohen's kappa against numbers worked out by hand."""

import pytest

from processors.curation.agreement import agreements, kappa


def pairs(**counts: int) -> list[tuple[str, str]]:
    return [(name[0], name[1]) for name, count in counts.items() for _ in range(count)]


def test_kappa_by_hand() -> None:
    # 50 samples: both yes 20, both no 15, 5 and 10 apart. p_o = 35/50 = 0.7; yes 25/50 and 30/50, so
    # p_e = 0.5 * 0.6 + 0.5 * 0.4 = 0.5; kappa = (0.7 - 0.5) / (1 - 0.5) = 0.4.
    assert kappa(pairs(yy=20, yn=5, ny=10, nn=15)) == pytest.approx(0.4)


def test_kappa_of_three_decisions_by_hand() -> None:
    # p_o = (4 + 3 + 1) / 10 = 0.8; shares k 5/10 and 5/10, d 4/10 and 3/10, f 1/10 and 2/10:
    # p_e = 0.25 + 0.12 + 0.02 = 0.39; kappa = 0.41 / 0.61.
    found = kappa(pairs(kk=4, kf=1, dd=3, dk=1, ff=1))
    assert found == pytest.approx(0.41 / 0.61)


def test_agreement_by_chance_is_zero_and_worse_is_below() -> None:
    assert kappa(pairs(yy=25, yn=25, ny=25, nn=25)) == pytest.approx(0.0)
    assert kappa(pairs(yn=5, ny=5)) == pytest.approx(-1.0)
    assert kappa(pairs(yy=9, nn=1)) == pytest.approx(1.0)


def test_where_chance_explains_all_there_is_no_kappa() -> None:
    assert kappa(pairs(yy=10)) is None
    assert kappa([]) is None


def test_every_two_reviewers_are_compared_over_what_both_decided() -> None:
    opinions = [
        ("s1", "ann", "keep"), ("s1", "bob", "keep"), ("s2", "ann", "drop"), ("s2", "bob", "keep"),
        ("s3", "ann", "keep"), ("s3", "cid", "edit"), ("s4", "bob", "drop"),
    ]  # fmt: skip
    first, second = agreements(opinions)
    assert (first.first, first.second, first.samples, first.agreed, first.kappa) == ("ann", "bob", 2, 1, 0.0)
    assert first.table == {("keep", "keep"): 1, ("drop", "keep"): 1}
    assert (second.first, second.second, second.samples, second.agreed) == ("ann", "cid", 1, 0)
