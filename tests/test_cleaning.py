"""What is printed steers nothing: neither a terminal nor the runner of a build."""

import io
import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tricenter.cli.app import run
from tricenter.cli.cleaning import Cleaned, clean
from tricenter.policies.report.source import json_lines

ROOT = Path(__file__).parent.parent
EXAMPLE = (ROOT / "stacks/ledger.yaml").read_text(encoding="utf-8")
EVIL = "::error::x\x1b]0;owned\x07\x1b[2J\x9b31m\u202e ##[error]y ##vso[task.complete]z"
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
COMMANDS = re.compile(r"(?m)^\s*::|##\[|##vso\[|##teamcity\[")

SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def harmless(text: str) -> None:
    """No control character, no command of a runner."""
    assert not OBEYED.search(text), text
    assert not COMMANDS.search(text), text


@SLOW
@given(
    st.lists(st.text(max_size=6) | st.sampled_from([":", "::", " ", "\n", "##", "[", "\x1b[8m"]))
)
def test_whatever_is_written_in_whatever_pieces(pieces: list[str]) -> None:
    """The stream is harmless however a text is cut into writes."""
    stream = io.StringIO()
    cleaned = Cleaned(stream)
    for piece in pieces:
        cleaned.write(piece)
    cleaned.flush()
    assert not OBEYED.search(stream.getvalue())
    assert not re.search(r"(?m)^[^\S\n]*::", stream.getvalue())


@SLOW
@given(st.text(alphabet="abc \t\n:.#-\u4e2d\u00e9"))
def test_a_plain_text_stays(text: str) -> None:
    """What steers nothing is written as it is."""
    if not COMMANDS.search(text):
        assert clean(text) == text


def test_colours_are_for_terminals() -> None:
    """Our colours reach a terminal, nothing else does; a file gets none."""
    shown = "\x1b[1;31mcritical\x1b[0m \x1b[8mhidden\x1b[0m \x1b[2K"
    assert clean(shown, colours=True).startswith("\x1b[1;31mcritical\x1b[0m \ufffd[8mhidden")
    assert "\x1b" not in clean(shown)


@SLOW
@given(st.dictionaries(st.text(max_size=5), st.text() | st.just(EVIL)))
def test_json_says_the_same(data: dict[str, str]) -> None:
    """JSON reads back as the data, and shows only what is seen."""
    text = json_lines(data)
    assert json.loads(text) == data
    harmless(text)


def spec(tmp_path: Path) -> Path:
    """A spec whose name, records and texts say what they can."""
    folder = tmp_path / EVIL.replace("/", "")
    folder.mkdir()
    waiver = (
        '\nwaivers:\n  - {rule: x, target: y, reason: "a reason\\n::error::x", '
        "owner: '::error::', expires: 2099-01-01}\n"
    )
    path = folder / "::warning::.yaml"
    path.write_text(EXAMPLE + waiver, encoding="utf-8")
    return path


@pytest.mark.parametrize("verb", ["validate", "check", "forecast", "plan", "grade", "generate"])
@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_verbs_print_nothing_that_is_obeyed(
    verb: str, wrong: bool, form: str, tmp_path: Path, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A hostile name of a file, hostile texts in it, and wrong ones."""
    path = spec(tmp_path)
    monkeypatch.chdir(path.parent)
    if wrong:
        path.write_text(f"{EVIL}: {EVIL}\n'::error::a\n'", encoding="utf-8")
    if verb == "generate" and not wrong:
        pytest.skip("a project that is generated is files, not lines")
    options = [] if verb == "generate" else ["--format", form]
    run([verb, path.name, *options])
    done = capfd.readouterr()
    assert done.out + done.err
    harmless(done.out + done.err)


def test_records_print_nothing_that_is_obeyed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A record's texts come from whoever wrote the file."""
    (tmp_path / "::error::.json").write_text('{"schema": "\\u001b[2J\\n::error::x"}')
    (tmp_path / "b.json").write_text("[" * 200_000)
    (tmp_path / "c.json").symlink_to("/dev/zero")
    assert run(["drill", "list", "--records", str(tmp_path)]) == 0
    done = capfd.readouterr()
    assert "nested deeper" in done.err and "no regular file" in done.err
    harmless(done.out + done.err)


def test_the_streams_are_given_back() -> None:
    """A command leaves standard output and standard error as they were."""
    before = sys.stdout, sys.stderr
    run(["--version"])
    assert (sys.stdout, sys.stderr) == before


def test_nothing_prints_past_the_streams() -> None:
    """No module of the command writes to a stream that is not cleaned, but what draws on one."""
    drawing = {"progress.py", "status.py", "cleaning.py"}
    past = re.compile(r"__std(out|err)__|std(out|err)\.buffer|os\.write\(|\braw\(sys")
    found = {
        path.name for path in (ROOT / "cli").rglob("*.py") if past.search(path.read_text("utf-8"))
    }
    assert found <= drawing
