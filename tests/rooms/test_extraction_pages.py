"""Pages of the web as they are found: code, left out elements, tags in capitals; each word with its place."""

from __future__ import annotations

from itertools import pairwise

import pytest

from processors.extraction.canonical import Canonical
from processors.extraction.decoded import decode
from processors.extraction.html import read_html
from processors.extraction.html_tree import walk
from processors.extraction.places import ByteSpan


def read(page: str) -> Canonical:
    return read_html(decode(page.encode()))


def test_code_keeps_its_indentation_wherever_a_tag_stands() -> None:
    page = (
        '<pre><span class="k">if</span> x:\n<span class="w">    </span><span class="k">return</span>  &quot;a  b&quot;'
        "  \n\n\n    pass\n</pre>after"
    )
    assert read(page).text == 'if x:\n    return  "a  b"\n    pass\n\nafter'


def test_each_span_has_its_own_bytes_in_order() -> None:
    page = (
        "<h1>Ünter<a class=\"headerlink\" href='#x'>¶</a></h1><p>a <b>bé</b>\n <i>c</i>&amp;<br>d &nbsp; e<!-- f --> g"
    )
    canonical = read(page)
    assert canonical.text == "Ünter\n\na bé c& d e g"
    data = page.encode()
    spans = [span for span in canonical.spans if isinstance(span, ByteSpan)]
    for span in spans:
        source = data[span.byte_start : span.byte_end].decode()
        assert canonical.text[span.start : span.end] in (source, "&" if source == "&amp;" else " ")
    assert all(one.end <= other.start and one.byte_end <= other.byte_start for one, other in pairwise(spans))


@pytest.mark.parametrize(
    "page",
    [
        "<P>one <B>two</B><SCRIPT>var x = '<p>'</SCRIPT> three</P><Nav>menu</Nav><p>four",
        "<p>one <!-- <p> --> two<ScRipt>if (a<b) x()</ScRipt> three</p>four",
        "<p>one two</p> <nav><nav>menu</nav> more</nav> <div>three</div> <footer>left out</footer>four",
        "<p title='a > b <div>'>one</p><p data-x=\"<nav>\">two <a href=x title='>'>three</a> four",
        "<p>one</p><object><p>other</p></object><ul><li>two<li>three</ul><svg><text>drawn</text></svg>four",
    ],
)
def test_the_scan_of_the_source_and_the_tree_give_the_same_words(page: str) -> None:
    source = decode(page.encode())
    assert read_html(source).text.split() == walk(source).text.split() == ["one", "two", "three", "four"]


def test_what_is_left_out_and_has_no_end_is_left_to_the_rules_of_tree_building() -> None:
    assert read("<p>one</p><nav>menu<p>two").text == "one"
    assert read("<p>one</p><script>menu<p>two").text == "one"
