"""Position tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.token import BadToken, Token

tokens = st.builds(
    Token, st.dictionaries(st.text(), st.integers(0, 2**40)), st.dictionaries(st.text(), st.integers(0, 2**40))
)


@given(tokens)
def test_a_token_survives_its_text(token: Token) -> None:
    assert Token.parse(token.text()) == token


@given(tokens, tokens)
def test_joining_asks_for_both(one: Token, two: Token) -> None:
    both = one.joined(two)
    assert all(both.heads[key] >= value for token in (one, two) for key, value in token.heads.items())
    assert both == two.joined(one)


@pytest.mark.parametrize("text", ["", "x", "e30", "W10", "bm8=", "\x00", "é" * 9, "WzEsMl0"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(BadToken):
        Token.parse(text)
