"""What the verbs do about stacks that are not there, or not there any more."""

from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest

from tricenter.cli import down, engine
from tricenter.cli.reap import _end_stack
from tricenter.cli.stack_settings import settings_file
from tricenter.cli.up import refuse_fenced


def test_where_no_lab_can_be_nothing_is_fenced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack on a cloud, or of a spec that cannot be read, has no hosts to be shut out."""
    monkeypatch.setattr(down, "spec_stack_id", lambda *_: None)
    refuse_fenced("prod")


@pytest.mark.parametrize("kept", [True, False])
def test_a_stack_ends_with_its_settings(
    kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the engine leaves them or takes them along."""
    (tmp_path / "Pulumi.yaml").write_text("name: mine\nstackConfigDir: stacks\n")
    settings = settings_file(tmp_path, "drill")
    settings.parent.mkdir()
    settings.write_text("config: {}\n")
    made = SimpleNamespace(
        root=tmp_path,
        stack="drill",
        state=dict,
        run=mock.Mock(return_value=()),
        remove=mock.Mock(side_effect=None if kept else settings.unlink),
    )
    monkeypatch.setattr(engine, "open_engine", lambda _: made)
    monkeypatch.setattr(down, "spec_stack_id", lambda *_: None)
    _end_stack("drill")
    assert made.run.call_args.args[0] == "destroy"
    assert made.remove.called and not settings.exists()
