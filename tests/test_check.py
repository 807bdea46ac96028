"""`tricenter check`: exit codes, several files, options, and what a start imports."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.report_cases import example, waiver, without_remote_replica
from tests.rule_examples import ROOT
from tricenter.cli.app import build_app, run
from tricenter.policies.rules import find_rules, rule_ids, rules_about

PROGRAM = Path(sys.executable).parent / "tricenter"
CLOUD_DNS = "tricenter.topology.dns.clouddns"
BAD = "apiVersion: tricenter/v1\nname: Ledger\n"


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Specs in a folder of their own, without records of drills."""
    monkeypatch.chdir(tmp_path)
    Path("good.yaml").write_text(example(), encoding="utf-8")
    Path("cut.yaml").write_text(without_remote_replica(), encoding="utf-8")
    Path("bad.yaml").write_text(BAD, encoding="utf-8")


def test_the_example_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, whatever is unknown."""
    assert run(["check", "good.yaml"]) == 0
    said = capsys.readouterr()
    assert "good.yaml on lab: no violation" in said.out and not said.err


def test_the_remote_replica_is_missed(capsys: pytest.CaptureFixture[str]) -> None:
    """The rule, the line and the column that a reviewer needs."""
    assert run(["check", "cut.yaml"]) == 1
    said = capsys.readouterr().out
    place = "cut.yaml:122:5: critical[replica-per-site] databases.ledger-a.replicas: "
    assert any(line.startswith(place) for line in said.splitlines())
    assert "\x1b" not in said


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "markdown"])
def test_a_bad_spec_does_not_stop_the_others(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its problems, and a file that is not there, are told in every format beside the rest."""
    names = ["bad.yaml", "none.yaml", "cut.yaml", "good.yaml"]
    assert run(["check", *names, "--format", form]) == 1
    said = capsys.readouterr()
    assert not said.err
    for word in ("bad-name", "cannot-read", "replica-per-site"):
        assert word in said.out, word
    # A file in which nothing is wrong is no result of SARIF, and still an artifact of it.
    assert all(name in said.out for name in names)


def test_only_a_bad_spec_fails_too() -> None:
    """A file of which nothing can be said is no file that keeps the rules."""
    assert run(["check", "bad.yaml", "--fail-on", "critical"]) == 1
    assert run(["check", "none.yaml"]) == 1


def test_fail_on_says_which_severity_refuses() -> None:
    """A high violation passes where only critical ones fail; a low one fails where asked for."""
    near = example().replace("chengdu: {at: [30.57, 104.07]", "chengdu: {at: [31.23, 121.47]")
    spec = near + waiver(reason="not the same thing at all")
    Path("low.yaml").write_text(example() + waiver(), encoding="utf-8")
    Path("near.yaml").write_text(spec, encoding="utf-8")
    assert run(["check", "near.yaml"]) == 1
    assert run(["check", "near.yaml", "--fail-on", "critical"]) == 0
    assert run(["check", "low.yaml"]) == 0
    assert run(["check", "low.yaml", "--fail-on", "low"]) == 1


def test_expiring_fails_before_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    """Also where only critical violations would fail: who asks wants to know."""
    last = (datetime.now(tz=UTC) + timedelta(days=10)).date().isoformat()
    only = ["check", "soon.yaml", "--fail-on", "critical", "--format", "json"]
    replicas = without_remote_replica().replace("rto: 20min", "rto: 8h")
    Path("soon.yaml").write_text(replicas + waiver(expires=last), encoding="utf-8")
    assert run(only) == 0
    assert run([*only, "--expiring", "5d"]) == 0
    capsys.readouterr()
    assert run([*only, "--expiring", "30d"]) == 1
    found = json.loads(capsys.readouterr().out)
    (said,) = [f for f in found["files"][0]["findings"] if f["rule"] == "waiver-expiring"]
    assert "in 10 days" in said["message"] and said["refuses"] and found["refused"]


@pytest.mark.parametrize(
    "arguments",
    [["check"], ["check", "good.yaml", "--expiring", "30"], ["check", "good.yaml", "--target", "x"],
     ["check", "good.yaml", "--format", "html"], ["check", "good.yaml", "--fail-on", "none"]],
)  # fmt: skip
def test_wrong_use_is_2(arguments: list[str]) -> None:
    """No file, no time, no such target, format or severity."""
    assert run(arguments) == 2


def test_a_target_judges_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    """By default the spec's own; what a target cannot have is a problem of the file."""
    aws = str(ROOT / "stacks" / "ledger-aws.yaml")
    run(["check", aws])
    assert "ledger-aws.yaml on aws: " in capsys.readouterr().out
    assert run(["check", aws, "--target", "gcp"]) == 1
    assert "no rule was asked" in capsys.readouterr().out


def _start(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [PROGRAM, *arguments], capture_output=True, text=True, env=os.environ | environment
    )


def test_a_start_imports_one_verb() -> None:
    """The other verbs, the engine and the clouds' libraries are not even read."""
    script = (
        "import sys; from tricenter.cli.app import run; code = run(['check', 'good.yaml']); "
        "print(code, *sorted(sys.modules), file=sys.stderr)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    code, *modules = said.stderr.split()
    ours = {name for name in modules if name.startswith("tricenter.cli.")}
    assert code == "0"
    assert ours == {
        f"tricenter.cli.{name}"
        for name in ("app", "cleaning", "errors", "check", "output", "target")
    }
    # What is known of resources and of the clouds' DNS is for those who ask about these.
    assert not [n for n in modules if n.startswith(("tricenter.policies.resources", CLOUD_DNS))]
    heavy = {"pulumi", "pulumi_policy", "grpc", "boto3", "rich", "jinja2", "psycopg", "flask"}
    assert not heavy & set(modules)


def test_every_verb_starts_alone_and_all_are_listed() -> None:
    """Whatever module it is in; and a name that nobody knows gets a suggestion."""
    from typer.main import get_group

    from tricenter.cli.app import build_verb

    every = get_group(build_app()).commands
    assert {"check", "diff", "exec", "service", "drill", "offline"} <= set(every)
    for name, command in every.items():
        assert get_group(build_verb([name])).commands[name].help == command.help
    assert "Did you mean 'check'?" in _start("chekc").stderr
    assert _start("--help").stdout.count("Judge topologies by the rules") == 1


def test_a_rules_file_says_what_it_is_about() -> None:
    """Read without importing it, the same as the rule itself says."""
    every = find_rules()
    assert {rule.id for rule in every} == rule_ids()
    for about in ("spec", "resource", "waiver"):
        assert rules_about(about) == tuple(rule for rule in every if rule.about == about)


def test_nothing_of_the_environment_is_printed() -> None:
    """Credentials are none of the check's business, whatever it prints."""
    secrets = {"AWS_SECRET_ACCESS_KEY": "hunter2hunter2", "PULUMI_CONFIG_PASSPHRASE": "hunter3"}
    for form in ("text", "json", "sarif", "junit", "markdown"):
        said = _start("check", "cut.yaml", "bad.yaml", "--format", form, **secrets)
        assert said.returncode == 1
        assert "hunter" not in said.stdout + said.stderr


def test_a_terminal_has_colours_unless_told_otherwise() -> None:
    """A file never, a terminal unless NO_COLOR has a value."""
    import pty

    def on_a_terminal(**environment: str) -> str:
        parent, child = pty.openpty()
        started = subprocess.Popen(
            [PROGRAM, "check", "cut.yaml"], stdout=child, env=os.environ | environment
        )
        os.close(child)
        said = b""
        try:
            while piece := os.read(parent, 65536):
                said += piece
        except OSError:  # Linux tells the end of a terminal as an error.
            pass
        started.wait()
        os.close(parent)
        return said.decode()

    assert "\x1b[" in on_a_terminal(NO_COLOR="")
    assert "\x1b[" not in on_a_terminal(NO_COLOR="1")


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "markdown"])
def test_standard_input_is_a_file(form: str) -> None:
    """A dash reads it, and every format names it."""
    for text, code in ((example(), 0), (without_remote_replica(), 1), ("", 1)):
        ran = subprocess.run(
            [PROGRAM, "check", "-", "--format", form],
            input=text, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (ran.returncode, ran.stderr) == (code, "")
        if form in ("text", "json"):
            assert "<stdin>" in ran.stdout


def test_a_file_that_is_named_twice_counts_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Also under another name of the same place."""
    assert run(["check", "cut.yaml", "./cut.yaml", "cut.yaml"]) == 1
    assert capsys.readouterr().out.count("critical[replica-per-site]") == 1
    run(["check", "cut.yaml", "./cut.yaml", "good.yaml", "--format", "json"])
    assert len(json.loads(capsys.readouterr().out)["files"]) == 2


def test_an_empty_name_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    """As of a variable that is not set."""
    assert run(["check", "good.yaml", ""]) == 2
    assert "a file's name is empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("redirection", "word"), [(">/dev/full", "No space left"), (">&-", "output is closed")]
)
def test_output_that_cannot_be_written(redirection: str, word: str, tmp_path: Path) -> None:
    """One line, the machine's exit code, and no log of a bug."""
    ran = subprocess.run(
        ["sh", "-c", f'"$0" check good.yaml {redirection}', PROGRAM],
        capture_output=True, text=True, check=False,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")},
    )  # fmt: skip
    assert ran.returncode == 4
    assert len(ran.stderr.splitlines()) == 1 and word in ran.stderr
    assert not (tmp_path / "state").exists()
