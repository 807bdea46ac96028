"""Which project a verb is about: the one of the working directory, and never another one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from tricenter.cli.app import build_app, run
from tricenter.cli.lab_stack import StrangeLab, find_stack, refuse_strange
from tricenter.cli.project import Project, ProjectError, find_project, read_project
from tricenter.cli.stack_settings import StackSettingsError, read_stack_settings, settings_here
from tricenter.lab.errors import LabError
from tricenter.lab.services import stack as stack_unit
from tricenter.lab.stack import Stack, list_stacks
from tricenter.lab.sweep import Leftover
from tricenter.lab.unit import Unit

ROOT = Path(__file__).parent.parent
SPEC = (ROOT / "stacks/ledger.yaml").read_text().replace("\nname: ledger\n", "\nname: payments\n")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of labs, and a state, of the test's own."""
    monkeypatch.setenv("TRICENTER_LAB_HOME", str(tmp_path / "lab"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "lab"


def project(folder: Path, text: str = "name: payments\nruntime: python\n") -> Path:
    """A Pulumi project in a new folder, with a spec of its own."""
    folder.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text(text)
    (folder / "topology.yaml").write_text(SPEC)
    return folder


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project that the test stands in, some folders below its root."""
    root = project(tmp_path / "mine")
    (root / "docs/deep").mkdir(parents=True)
    monkeypatch.chdir(root / "docs/deep")
    return root


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """Somebody else's project, with a deployed lab of its own."""
    root = project(tmp_path / "theirs", "name: theirs\nruntime: python\n")
    Stack("ledger-dev").create(network="loopback", project=str(root))
    return root


def test_the_nearest_project_upwards_is_taken(mine: Path) -> None:
    """From any folder below it, as Pulumi does."""
    found = find_project()
    assert (found.root, found.name) == (mine, "payments")
    project(mine / "inner", "name: inner\nruntime: python\n")
    assert find_project(mine / "inner").name == "inner"


def test_without_a_project_it_is_said_what_was_looked_for(tmp_path: Path) -> None:
    """Nothing else is taken instead."""
    with pytest.raises(ProjectError, match=rf"no Pulumi.yaml in {tmp_path} or in a folder above"):
        find_project(tmp_path)


def test_settings_are_where_pulumi_has_them(tmp_path: Path) -> None:
    """In the root, or in stackConfigDir; with the suffix of the project's file."""
    root = project(tmp_path / "a")
    assert read_project(root).settings_file("dev") == root / "Pulumi.dev.yaml"
    root = project(tmp_path / "b", "name: b\nruntime: python\nstackConfigDir: conf\n")
    assert read_project(root).settings_file("x/dev") == root / "conf/Pulumi.x-dev.yaml"
    (tmp_path / "c").mkdir()
    (tmp_path / "c/Pulumi.yml").write_text("name: c\nconfig: old\n")
    assert read_project(tmp_path / "c").settings_file("dev") == tmp_path / "c/old/Pulumi.dev.yml"


def test_what_every_stack_gets_is_the_projects(tmp_path: Path) -> None:
    """A value of the project's own file counts where the stack's has none."""
    text = "name: p\nruntime: python\nconfig:\n  tricenter:spec: {value: other.yaml}\n"
    root = project(tmp_path / "p", text + "  tricenter:target: aws\n  colour: {default: red}\n")
    assert read_stack_settings(root, "dev").spec == root / "other.yaml"
    (root / "Pulumi.dev.yaml").write_text("config: {tricenter:target: gcp}\n")
    assert read_stack_settings(root, "dev").target == "gcp"
    assert read_project(root).config["p:colour"] == "red"


@pytest.mark.parametrize("text", ["a: [", "runtime: python\n", "- 1\n", "\xff"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    """It is no bug of ours."""
    (tmp_path / "Pulumi.yaml").write_text(text, encoding="latin-1")
    with pytest.raises(ProjectError, match="Pulumi.yaml"):
        read_project(tmp_path)


def test_a_project_without_a_spec_says_where_it_was_looked_for(mine: Path) -> None:
    """Somebody's program that is none of ours is not deployed by mistake."""
    (mine / "topology.yaml").unlink()
    with pytest.raises(StackSettingsError, match="neither .*Pulumi.dev.yaml nor .*Pulumi.yaml"):
        settings_here("dev")


def verbs_of_stacks() -> Iterator[tuple[str, ...]]:
    """Every verb that has a stack, found by its option, with what it needs besides."""
    needed = {
        "to": ("--to", "xihu"),
        "site": ("xihu",),
        "command": ("--", "true"),
        "action": ("list",),
    }
    group = typer.main.get_group(build_app())
    for name, command in sorted(group.commands.items()):
        options = {word for p in command.params for word in p.opts}
        if "--stack" in options and name != "generate":
            given = [needed[p.name] for p in command.params if p.required and p.name in needed]
            yield (name, *(word for words in given for word in words))


OTHERS = [("reap",), ("drill", "list"), ("drill", "clean"), ("forecast",), ("plan",), ("grade",)]


@pytest.mark.parametrize("words", [*verbs_of_stacks(), *OTHERS], ids=" ".join)
def test_outside_of_a_project_each_verb_refuses(
    words: tuple[str, ...],
    tmp_path: Path,
    theirs: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is deployed here by others, and the folder of the installation, are not even named."""
    monkeypatch.chdir(tmp_path)
    assert run(words) == 2
    said = capsys.readouterr()
    assert "no Pulumi project: there is no Pulumi.yaml in" in said.err
    assert "ledger" not in said.out + said.err and theirs.name not in said.out + said.err


def test_a_verb_is_about_the_stack_of_the_project(mine: Path, theirs: Path) -> None:
    """With one lab on the machine, another project's, there is none for us."""
    with pytest.raises(
        LabError, match="stack dev of project payments on target lab is not deployed"
    ):
        find_stack(None)
    Stack("payments-dev").create(network="loopback", project=str(mine))
    assert find_stack(None).id == find_stack("dev").id == find_stack("payments-dev").id
    Stack("payments-test").create(network="loopback", project=str(mine))
    with pytest.raises(LabError, match="payments-dev, payments-test; --stack"):
        find_stack(None)


def test_the_lab_of_another_project_is_not_ours(
    mine: Path, theirs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither by its id, nor where both topologies have one name; not even `down` takes it."""
    with pytest.raises(StrangeLab, match=rf"ledger-dev belongs to the project in {theirs}"):
        find_stack("ledger-dev")
    (mine / "topology.yaml").write_text(SPEC.replace("name: payments", "name: ledger"))
    for words in (["status"], ["exec", "xihu", "--", "true"], ["down", "--yes"], ["up", "--yes"]):
        assert run(words) == 2, words
        assert "belongs to the project in" in capsys.readouterr().err
    assert Stack("ledger-dev").exists


def test_leftovers_are_our_own(
    mine: Path,
    theirs: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Another project's lab is no leftover of ours, unless all are asked for."""
    assert theirs

    def found(only: str | None = None) -> tuple[Leftover, ...]:
        """The folders of the labs of this test: others run on this machine meanwhile."""
        return tuple(
            Leftover(stack=one.id, kind="folder", name=one.id, detail="")
            for one in list_stacks()
            if only in {None, one.id}
        )

    monkeypatch.setattr("tricenter.lab.sweep.leftovers", found)
    assert run(["leftovers"]) == 0
    assert capsys.readouterr().out == "nothing is left\n"
    assert run(["leftovers", "--all"]) == 1
    assert "ledger-dev" in capsys.readouterr().out
    Stack("payments-x").create(network="loopback", project=str(mine))
    assert run(["leftovers", "--format", "json"]) == 1
    assert {one["stack"] for one in json.loads(capsys.readouterr().out)} == {"payments-x"}


def test_a_lab_whose_project_has_gone_is_anybodys(mine: Path, theirs: Path) -> None:
    """A checkout that was moved or deleted does not lock its lab away for ever."""
    assert mine
    (theirs / "Pulumi.yaml").unlink()
    assert refuse_strange(Stack("ledger-dev")).id == "ledger-dev"


def test_a_deployment_writes_down_its_project(
    mine: Path, theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by plain Pulumi, whose engine starts the plugin in the project: it never takes a lab
    that another project has made."""
    unit = Unit(kind="stack", name="payments-stack", host=None, data={})
    monkeypatch.setattr("tricenter.lab.machine.best_network", lambda: "loopback")
    stack_unit.apply(Stack("payments-dev"), unit)
    assert Stack("payments-dev").state().project == str(mine)
    with pytest.raises(LabError, match="belongs to the project in"):
        stack_unit.apply(Stack("ledger-dev"), unit)
    Stack("old-dev").create(network="loopback")
    stack_unit.apply(Stack("old-dev"), unit)
    assert Stack("old-dev").state().project == str(mine)
    monkeypatch.chdir(theirs)
    stack_unit.apply(Stack("ledger-dev"), unit)


@pytest.mark.parametrize("words", [("down",), ("up",)])
def test_the_question_names_stack_project_and_target(
    words: tuple[str, ...], mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first line of what a verb says, before it does or asks anything."""
    assert mine
    run(words)
    first = capsys.readouterr().err.splitlines()[0]
    assert first == (
        f"{words[0]}: stack dev of project payments on target lab, spec ../../topology.yaml"
    )


def test_a_project_is_read_as_a_value() -> None:
    """Nothing of it changes while a verb works."""
    with pytest.raises(AttributeError):
        Project(file=Path("a"), name="a", settings_folder=Path(), config={}).name = "b"  # pyright: ignore[reportAttributeAccessIssue]
