"""Tests of the drill's history: what is written is read back, and a kill costs one line at most."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tricenter.drills.case import WriteId, compress, expand
from tricenter.drills.history import HistoryError, Tail, Writer, in_order, read_events, read_history


def write(path: Path, count: int) -> None:
    """Write so many events."""
    with Writer(path, "client-cn") as history:
        for number in range(count):
            history.add("write-ok", f"client-cn/a/{number % 2}", seq=number)


def test_events_come_back_as_they_were_written(tmp_path: Path) -> None:
    """Kind, source, data and order survive the file."""
    path = tmp_path / "a.jsonl"
    with Writer(path, "drill") as history:
        written = [history.add("leader", database="a", site=None), history.add("sum", total=3)]
    assert list(read_events(path)) == written


def test_an_event_is_in_the_file_before_add_returns(tmp_path: Path) -> None:
    """Whoever is killed right after `add` has not lost the event."""
    path = tmp_path / "a.jsonl"
    history = Writer(path, "drill")
    event = history.add("fault-start")
    assert list(read_events(path)) == [event]
    history.close()


@given(st.integers(min_value=1, max_value=400))
def test_a_history_cut_anywhere_loses_only_its_last_line(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    """Half a line at the end of a file is passed over, and all lines before it are kept."""
    path = tmp_path_factory.mktemp("torn") / "a.jsonl"
    write(path, 8)
    whole = list(read_events(path))
    content = path.read_bytes()
    kept = content[: max(1, len(content) - cut)]
    path.write_bytes(kept)
    found = list(read_events(path))
    lines = kept.count(b"\n")
    assert found[:lines] == whole[:lines]
    # A line that lacks only its end of line is whole.
    assert found == whole[: len(found)]
    assert len(found) - lines in {0, 1}


def test_a_torn_file_is_continued_on_a_new_line(tmp_path: Path) -> None:
    """After a kill in the middle of a line, later events are read whole."""
    path = tmp_path / "a.jsonl"
    write(path, 2)
    path.write_bytes(path.read_bytes()[:-10])
    with Writer(path, "drill") as history:
        later = history.add("leader", site="xihu")
    assert list(read_events(path))[-1] == later
    assert len(list(read_events(path))) == 2


@pytest.mark.parametrize(
    "line", ['{"at": 1}', "[1, 2]}", '{"at":"x","wall":1,"kind":"a","source":"b"}']
)
def test_a_whole_line_that_is_no_event_is_an_error(tmp_path: Path, line: str) -> None:
    """A damaged history proves nothing, so it is refused with file and line."""
    path = tmp_path / "a.jsonl"
    write(path, 1)
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(HistoryError, match=r"a\.jsonl:2"):
        list(read_events(path))


def test_files_are_merged_by_the_monotonic_clock(tmp_path: Path) -> None:
    """Events of all files come in the order in which they happened."""
    with Writer(tmp_path / "b.jsonl", "b") as one, Writer(tmp_path / "a.jsonl", "a") as two:
        sources = [(one if n % 3 else two).add("tick").source for n in range(9)]
    events = read_history(tmp_path)
    assert [event.source for event in events] == sources
    assert events == in_order(events)


def test_a_tail_gives_each_event_once(tmp_path: Path) -> None:
    """A growing history is read piece by piece, half lines waiting for their end."""
    path = tmp_path / "a.jsonl"
    tail = Tail(tmp_path)
    assert tail.more() == []
    write(path, 3)
    line = path.read_text().splitlines()[0]
    with path.open("a") as file:
        file.write(line[:20])
    assert len(tail.more()) == 3
    assert tail.more() == []
    with path.open("a") as file:
        file.write(line[20:] + "\n")
    assert [event.data["seq"] for event in tail.more()] == [0]


@given(st.sets(st.integers(min_value=1, max_value=60)))
def test_ranges_stand_for_exactly_their_numbers(numbers: set[int]) -> None:
    """Compressing and expanding gives the same transfers, no matter which are missing."""
    ranges = {"w": compress(sorted(numbers))}
    assert list(expand(ranges)) == [WriteId("w", number) for number in sorted(numbers)]
