"""Tables on a screen: no line is wider than it, nothing of a cell is lost, files are not folded."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rule_examples import ROOT
from tricenter.cli import output
from tricenter.cli.app import run
from tricenter.topology.columns import GAP, LEAST, columns_of, folded, lines_of, widths_of

CELLS = st.text(alphabet="ab 杭州é.-", max_size=40)
TABLES = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.tuples(*[CELLS] * n), min_size=1, max_size=6)
)
STACKS = ROOT / "stacks"


@settings(deadline=None)
@given(TABLES, st.integers(60, 120))
def test_a_table_fits_its_screen(rows: list[tuple[str, ...]], width: int) -> None:
    """Whatever is in it, as long as each column may have its least."""
    widths = widths_of(rows, width)
    assert sum(widths) + GAP * (len(widths) - 1) <= max(width, LEAST * len(widths))
    for row in rows:
        lines = lines_of(row, widths)
        assert all(columns_of(line) <= width for line in lines)
        told = sorted("".join(lines).replace(" ", ""))
        assert told == sorted("".join(row).replace(" ", ""))


@settings(deadline=None)
@given(TABLES)
def test_without_a_screen_a_row_is_one_line(rows: list[tuple[str, ...]]) -> None:
    """What reads the output finds each row whole."""
    widths = widths_of(rows)
    assert all(len(lines_of(row, widths)) == 1 for row in rows)


@settings(deadline=None)
@given(CELLS, st.integers(8, 50))
def test_a_text_is_folded_and_kept(text: str, width: int) -> None:
    """Its words in their order, none wider than the screen."""
    lines = folded(text, width, "  ")
    assert all(columns_of(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


COMMANDS = [
    ["forecast", "ledger.yaml"],
    ["forecast", "ledger.yaml", "--scenario", "lose-city"],
    ["plan", "ledger.yaml"],
    ["plan", "ledger-aws.yaml", "--target", "aws"],
    ["plan", "ledger-mixed.yaml", "--target", "mixed"],
    ["plan", "ledger-aws.yaml", "--target", "aws", "--cost"],
    ["plan", "ledger-gcp.yaml", "--target", "gcp", "--cost"],
    ["check", "ledger.yaml"],
    ["check", "ledger-aws.yaml", "--target", "lab"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("width", [80, 100])
def test_commands_keep_to_the_width(
    command: list[str],
    width: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By --width as by a screen of that size; without either some line is longer."""
    monkeypatch.chdir(STACKS)
    run([*command, "--width", str(width)])
    asked = capsys.readouterr().out
    assert asked and max(map(columns_of, asked.splitlines())) <= width
    run(command)
    whole = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(output, "is_terminal", lambda: True)
    run(command)
    assert capsys.readouterr().out == asked
    assert max(map(columns_of, whole.splitlines())) > 80
