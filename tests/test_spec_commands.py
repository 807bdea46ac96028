"""`tricenter init`, `validate` and `schema`, as a user runs them."""

import json
from pathlib import Path

import pytest

from tests.rule_examples import ROOT
from tricenter.cli.app import run
from tricenter.topology.schema import schema_text

WRONG = "apiVersion: tricenter/v1\nname: 5\na|b: 1\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test stands in an empty directory of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_init_then_validate(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `init` writes is valid as it is, and its schema lies where its first line says."""
    assert run(["init", "--name", "payments"]) == 0
    assert "tricenter validate topology.yaml" in capsys.readouterr().out
    first = (here / "topology.yaml").read_text(encoding="utf-8").splitlines()[0]
    schema = here / first.partition("$schema=")[2]
    assert schema.read_text(encoding="utf-8") == schema_text()
    assert run(["validate", "topology.yaml"]) == 0
    assert capsys.readouterr().out == "topology.yaml: ok\n"


def test_init_never_overwrites(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is there stays as it is, unless --force is given."""
    spec = here / "topology.yaml"
    spec.write_text("mine\n")
    assert run(["init"]) == 2
    assert "--force" in capsys.readouterr().err
    assert spec.read_text() == "mine\n"
    assert run(["init", "--force"]) == 0
    assert spec.read_text().startswith("# yaml-language-server")


@pytest.mark.parametrize(
    "arguments",
    [["--name", "Not A Name"], ["--out", "none/topology.yaml"], ["--out", "."]],
    ids=["name", "directory", "not-a-file"],
)
def test_init_wrong_use(arguments: list[str], here: Path) -> None:
    """A wrong name or place is wrong use, and nothing is written."""
    assert run(["init", *arguments]) == 2
    assert list(here.iterdir()) == []


def test_validate_text(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every file is checked; each problem is a line with its place; the exit code is 1."""
    (here / "wrong.yaml").write_text(WRONG)
    run(["init"])
    capsys.readouterr()
    assert run(["validate", "wrong.yaml", "topology.yaml", "none.yaml"]) == 1
    lines = capsys.readouterr().out.splitlines()
    told = "wrong.yaml:3:1: error[unknown-key] 'a|b': no such key (known keys: apiVersion, name, "
    assert lines[-5].startswith(told)
    assert lines[-4:-2] == ["wrong.yaml: 6 problems", "topology.yaml: ok"]
    assert lines[-2].startswith("none.yaml:1:1: error[cannot-read] there is no such file")
    assert lines[-1] == "none.yaml: 1 problem"


def test_validate_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs get the same problems as data."""
    (here / "wrong.yaml").write_text(WRONG)
    assert run(["validate", "wrong.yaml", "--format", "json"]) == 1
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert (file["file"], file["ok"]) == ("wrong.yaml", False)
    assert {"line": 2, "column": 7, "id": "wrong-type", "path": "name"}.items() <= next(
        found for found in file["diagnostics"] if found["id"] == "wrong-type"
    ).items()


def test_validate_markdown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pull requests get a table in which no text of the spec can end a cell."""
    (here / "wrong.yaml").write_text(WRONG)
    run(["init"])
    capsys.readouterr()
    assert run(["validate", "wrong.yaml", "topology.yaml", "--format", "markdown"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("### `wrong.yaml`: 6 problems\n\n| Line | Problem | Where | What |\n")
    assert "| 3:1 | `unknown-key` | `'a\\|b'` |" in out
    assert out.endswith("### `topology.yaml`: ok\n")


def test_validate_wants_a_file() -> None:
    """No file is wrong use."""
    assert run(["validate"]) == 2


def test_schema(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The schema goes to standard output or to a file."""
    assert run(["schema"]) == 0
    assert capsys.readouterr().out == schema_text()
    assert run(["schema", "--out", "s.json"]) == 0
    assert (here / "s.json").read_text(encoding="utf-8") == schema_text()


def test_a_generated_project_names_no_folder_of_this_machine(
    here: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The spec is called by its path from here, or by its name; the program finds it anyway."""
    from tricenter.generate import project

    asked: list[project.Wanted] = []

    def record(wanted: project.Wanted) -> None:
        asked.append(wanted)
        raise project.GenerateError("enough")

    monkeypatch.setattr(project, "record_deployment", record)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "pay.yaml"
    inside = here / "stacks" / "pay.yaml"
    inside.parent.mkdir()
    text = (ROOT / "stacks" / "ledger-aws.yaml").read_text(encoding="utf-8")
    for path in (elsewhere, inside):
        path.write_text(text, encoding="utf-8")
        assert run(["generate", str(path), "--target", "aws", "--out", "out"]) == 1
    assert [one.named for one in asked] == ["pay.yaml", "stacks/pay.yaml"]
    assert [one.spec for one in asked] == [str(elsewhere.resolve()), str(inside.resolve())]
