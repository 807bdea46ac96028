"""The spec's line with its caret: the right column, no control over a terminal, no secret."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tricenter.policies.report.source import LONGEST, excerpt, one_line
from tricenter.topology.columns import columns_of

LETTERS = st.text(
    st.one_of(
        st.sampled_from("abz :,{}é"),
        st.sampled_from("杭州滨江한글"),
        st.sampled_from("́̈"),
    ),
    min_size=1,
    max_size=60,
)


def cells(text: str) -> int:
    """Columns of a terminal, counted anew."""
    found = 0
    for character in text:
        if unicodedata.combining(character):
            continue
        found += 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
    return found


@given(before=LETTERS, after=LETTERS)
def test_the_caret_stands_under_its_place(before: str, after: str) -> None:
    """Wide characters take two columns and combining ones none."""
    line = f"x{before}@{after}"
    shown = excerpt(f"first\n{line}\nlast", 2, len(before) + 2)
    assert shown is not None
    assert shown[0] == line
    assert shown[1] == " " * cells(f"x{before}") + "^"


def test_a_caret_behind_wide_characters() -> None:
    """An example that a reader can check by eye."""
    assert excerpt("  杭州: [30.25, 120.17]", 1, 7) == ("  杭州: [30.25, 120.17]", "        ^")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_the_reader_has_them(end: str) -> None:
    """Each of the line ends of YAML."""
    assert excerpt(f"a: 1{end}b: 2{end}c: 3", 2, 4) == ("b: 2", "   ^")


@given(st.integers(1, 1000))
def test_a_long_line_is_cut_around_the_caret(column: int) -> None:
    """The caret stays on the screen, under the character that it is about."""
    line = "".join(chr(0x21 + index % 90) for index in range(1000))
    shown = excerpt(line, 1, column)
    assert shown is not None
    text, caret = shown
    assert columns_of(text) <= LONGEST + 6
    at = len(caret) - 1
    assert text[at] == line[column - 1]


@given(st.text(max_size=200), st.integers(-1, 12), st.integers(-1, 300))
def test_nothing_that_is_shown_steers_a_terminal(text: str, line: int, column: int) -> None:
    """Whatever a stranger's spec has in it, and wherever the place is said to be."""
    shown = excerpt(text, line, max(column, 1))
    for part in (*(shown or ()), one_line(text)):
        assert not any(unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} for c in part)


@pytest.mark.parametrize(
    "line",
    [
        "    password: hunter2",
        '    "password": "hunter2"',
        "  x: {db_password: hunter2, size: 1GiB}",
        "  SECRET_ACCESS_KEY: hunter2",
        "  api-key: hunter2",
        "  token = hunter2",
        "  url: postgres://ledger:hunter2@db.example.com/ledger",
    ],
)
def test_what_looks_like_a_secret_is_covered(line: str) -> None:
    """It may be in the spec by mistake; a log is read by more people than the file."""
    shown = excerpt(line, 1, 3)
    assert shown is not None
    assert "hunter2" not in shown[0]
    behind = excerpt(line, 1, line.index("hunter2") + 5)
    assert behind is not None
    assert len(behind[1]) <= len(behind[0]) + 1


def test_no_line_is_no_excerpt() -> None:
    """An empty line, and a place beyond the text."""
    assert excerpt("", 1, 1) is None
    assert excerpt("a: 1\n\n", 2, 1) is None
    assert excerpt("a: 1", 9, 1) is None
