"""`tricenter forecast` and `tricenter plan` as a user meets them."""

import json
from pathlib import Path

import pytest

from tricenter.cli.app import run

ROOT = Path(__file__).parents[1]
EXAMPLE = str(ROOT / "stacks" / "ledger.yaml")
SOUND = ROOT / "tests" / "refusals" / "spec.yaml"


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """A spec whose loss of the city is promised to cost nothing."""
    path = tmp_path / "bank.yaml"
    text = SOUND.read_text(encoding="utf-8")
    path.write_text(text.replace("lose-city: {rpo: 15min", "lose-city: {rpo: 0s"), encoding="utf-8")
    return str(path)


def test_the_example_is_shown_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """The shipped example keeps its promises, and its table fits a screen of 100 columns."""
    assert run(["forecast", EXAMPLE, "--width", "100"]) == 0
    shown = capsys.readouterr().out
    assert "every objective is kept; the RPO of lose-city and lose-all only while" in shown
    assert max(map(len, shown.splitlines())) <= 100


def test_a_wide_screen_has_more_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """From 140 columns on capacity and the likely loss are shown as well."""
    assert run(["forecast", EXAMPLE, "--width", "160"]) == 0
    assert "LIKELY LOSS" in capsys.readouterr().out


def test_a_broken_promise_ends_with_1(broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The refusal names file, line and column on standard error."""
    assert run(["forecast", broken]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith(f"{broken}:56:20: error[rpo-kept] objectives.lose-city.rpo:")
    assert "1 promise cannot be kept" in captured.out


def test_json_has_seconds_and_findings(broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs get numbers, null for what nothing bounds, and the findings."""
    assert run(["forecast", broken, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["format"] == "tricenter.forecast/v1"
    assert [finding["line"] for finding in found["findings"]] == [56]
    assert found["not_enforced"] == ["lose-city", "lose-all"]
    city = next(s for s in found["scenarios"] if s["id"] == "lose-city:hangzhou")
    assert city["databases"][0]["rpo"] == {"low": 0.0, "high": 900}


def test_markdown_is_a_table(broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A pull request gets every scenario by its id, and what cannot be promised."""
    assert run(["forecast", broken, "--format", "markdown"]) == 1
    shown = capsys.readouterr().out
    assert "| `lose-site:binjiang` | ledger-a | > xihu | automatic | 0s |" in shown
    assert "#### Cannot be promised" in shown


def test_one_scenario_has_its_terms(capsys: pytest.CaptureFixture[str]) -> None:
    """An id shows one scenario, a class all of its kind, each with what its numbers are made of."""
    assert run(["forecast", EXAMPLE, "--scenario", "lose-site:xihu", "--scenario", "cut"]) == 0
    shown = capsys.readouterr().out
    assert "the leader race waits" in shown
    assert "cut:binjiang-tianfu: the link between binjiang and tianfu is cut" in shown
    assert "lose-city" not in shown


def test_an_unknown_scenario_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest id is suggested."""
    assert run(["forecast", EXAMPLE, "--scenario", "lose-sit:xihu"]) == 2
    assert "did you mean 'lose-site:xihu'" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_plan(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What each place gets, in each format, the same each time."""
    assert run(["plan", EXAMPLE, "--format", form]) == 0
    first = capsys.readouterr().out
    assert "binjiang" in first
    assert "10.77.1.10" in first
    run(["plan", EXAMPLE, "--format", form])
    assert capsys.readouterr().out == first


def test_a_wrong_spec_is_not_forecast(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both commands report a spec that is wrong as validation does."""
    path = tmp_path / "bad.yaml"
    path.write_text("apiVersion: tricenter/v1\n", encoding="utf-8")
    for verb in ("forecast", "plan"):
        assert run([verb, str(path)]) == 1
        assert "error[missing-key]" in capsys.readouterr().err


@pytest.mark.parametrize("target", ["lab", "aws", "gcp", "mixed"])
@pytest.mark.parametrize("verb", ["forecast", "plan", "check", "grade", "diff"])
def test_each_verb_names_the_target_that_the_spec_is_for(
    verb: str, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same for all of them, in the first line; `--target` names another one."""
    spec = str(ROOT / "stacks" / ("ledger.yaml" if target == "lab" else f"ledger-{target}.yaml"))
    words = [verb, "-", spec] if verb == "diff" else [verb, spec]
    run(words)
    assert f"on target {target}" in capsys.readouterr().out.splitlines()[0]
    run([*words, "--target", "lab"])
    assert "on target lab" in capsys.readouterr().out.splitlines()[0]
