"""A preview leaves no stack behind, and settings files as they are."""

import json
import os
from pathlib import Path

import pytest

from tests.test_engine import engine
from tricenter.cli.engine import Engine, has_salt
from tricenter.cli.unwritten import unwritten

PULUMI = """
echo "$PULUMI_BACKEND_URL $PWD $*" >> {log}
case "$1 $2" in
  "stack ls") cat "${{PULUMI_BACKEND_URL#file://}}/stacks" 2> /dev/null || echo '[]' ;;
  "stack init") echo 'encryptionsalt: v1:x=' >> "Pulumi.$3.yaml"
                echo '[{{"name": "dev"}}]' > "${{PULUMI_BACKEND_URL#file://}}/stacks" ;;
esac
"""
"""A `pulumi` that makes stacks as the real one does: with a salt in the settings file."""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The engine of a project whose stack `dev` has settings, and is not there yet."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}/backend")
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE_FILE", raising=False)
    (tmp_path / "backend").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: mine\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  tricenter:target: lab\n")
    found = engine(tmp_path, PULUMI.format(log=tmp_path / "log"))
    return Engine(root=found.root, stack="dev", environment={**os.environ, **found.environment})


def test_a_preview_writes_nothing(made: Engine) -> None:
    """The stack is made elsewhere, by copies of its settings, and all of that goes."""
    before = made.settings.read_text()
    with unwritten(made) as (shown, (flag, file)):
        assert flag == "--config-file" and has_salt(Path(file))
        assert Path(file).read_text().startswith(before)
        assert shown.root == made.root and shown.exists()
        assert shown.environment["PULUMI_CONFIG_PASSPHRASE"]
        backend = Path(shown.environment["PULUMI_BACKEND_URL"].removeprefix("file://"))
        assert backend.is_dir()
    assert not backend.exists() and not Path(file).exists()
    assert made.settings.read_text() == before
    assert not made.exists()


def test_a_stack_without_a_salt_is_previewed_by_a_copy(made: Engine) -> None:
    """As after a checkout of settings in which nobody has committed one."""
    backend = Path(made.environment["PULUMI_BACKEND_URL"].removeprefix("file://"))
    (backend / "stacks").write_text(json.dumps([{"name": "dev"}]))
    with unwritten(made) as (shown, (_, file)):
        assert shown is made and Path(file).read_text() == made.settings.read_text()
        assert Path(file) != made.settings
    made.settings.write_text("encryptionsalt: v1:y=\n")
    with unwritten(made) as (shown, flags):
        assert (shown, flags) == (made, ())


def test_no_other_project_is_asked(made: Engine, tmp_path: Path) -> None:
    """The scratch stack is made in the scratch folder, by the name of the project."""
    with unwritten(made):
        pass
    lines = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
    (init,) = [line for line in lines if line[2:4] == ["stack", "init"]]
    assert init[1] != str(tmp_path) and init[0] != made.environment["PULUMI_BACKEND_URL"]
