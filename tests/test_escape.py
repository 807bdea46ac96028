"""A text of a spec in a comment is only a text: a code host makes nothing else of it."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tricenter.policies.report.escape import escaped

LINKS = re.compile(
    r"(?:https?|ftp)://[^\s<]"  # by the extension of autolinks, wherever a scheme begins
    r"|[a-z][a-z0-9+.-]*://[^\s<]"  # GitLab: any scheme
    r"|(?:mailto|xmpp):[^\s<]"
    r"|www\.[^\s<]"
    r"|[\w.+-]+@[\w-]+\.\w"
    r"|[@#!$~%&]\w|[~%&]\""
    r"|(?<![a-z0-9])gh-\d"
    r"|(?<![a-z0-9])(?-i:[A-Z][A-Z0-9_]+)-\d"
    r"|\b(?=\d*[a-f])[0-9a-f]{7,40}\b",
    re.IGNORECASE,
)
"""What GitHub and GitLab turn into links, people and references, in the text of a page."""
REFERENCES = (
    "GH-1", "gh-12", "(GH-1)", "_GH-1_", "x/y#1", "#1", "@everyone", "@a/b", "!1", "$1", "%1", "&1",
    "~bug", '~"a b"', '%"a b"', "JIRA-12", "1https://evil.example", "xhttp://evil.example",
    "https://evil.example", "ftp://evil.example", "irc://evil.example", "1www.evil.example",
    "www.evil.example", "mailto:a@evil.example", "a@evil.example", "a5c3785ed8d6a35868bc169f07e4",
    "x/y@a5c3785", "ab://evil.example", "<https://evil.example>", "[a](https://evil.example)",
)  # fmt: skip
SIGNS = st.lists(
    st.sampled_from((*REFERENCES, *"ahtps:/.@#!$~%&-_1 \\`<>[](){}*|\"'=Gw")), max_size=8
)


PAGE = MarkdownIt("commonmark", {"html": True}).enable("table")


def page(text: str) -> str:
    """What a reader gets, as HTML."""
    return PAGE.render(text)


def shown(text: str) -> str:
    """What a reader sees of it."""
    return html.unescape(re.sub(r"<[^>]*>", "", page(text)))


@pytest.mark.parametrize("text", REFERENCES)
def test_no_reference_is_one(text: str) -> None:
    """Each is a link, a person or a reference where it is not escaped, and a text where it is."""
    assert LINKS.search(text)
    assert not LINKS.search(shown(escaped(text)))
    assert "<a " not in page(escaped(text))


@given(SIGNS.map("".join))
def test_nor_does_one_come_together(text: str) -> None:
    """Whatever stands beside it; and a reader sees the very text."""
    said = shown(f"a cell {escaped(text)} of a table")
    assert not LINKS.search(said)
    assert said.replace("\N{ZERO WIDTH SPACE}", "").split() == f"a cell {text} of a table".split()


def test_what_is_no_reference_stays_as_it_is() -> None:
    """A reader who copies a name gets the name."""
    for text in (
        "tianfu is 12 km away",
        "ledger-a",
        "high-1",
        "cn-north-1",
        "1234567 rows",
        "a: b",
    ):
        assert escaped(text) == text
