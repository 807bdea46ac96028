"""A preview that writes nothing: no stack is made for it, and no settings file is touched.

Pulumi writes the salt of a stack's encryption into the settings file, which is often in version
control, and can preview no stack that is not there. So where there is no stack, or no salt in its
settings, the engine works on a copy of the settings, and a stack that is not there is made in a
backend that goes with the preview.
"""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import yaml

from tricenter.cli.engine import Engine, forget_encryption, has_salt

CONFIG_FILE = "--config-file"


@contextmanager
def unwritten(engine: Engine) -> Generator[tuple[Engine, tuple[str, ...]]]:
    """The engine to preview with, and the flags that it needs; all that is made for it goes."""
    there = engine.exists()
    if there and has_salt(engine.settings):
        yield engine, ()
        return
    with tempfile.TemporaryDirectory(prefix="tricenter-preview-") as name:
        folder = Path(name)
        settings = folder / engine.settings.name
        if engine.settings.is_file():
            shutil.copyfile(engine.settings, settings)
        if there:
            settings.touch()
            yield engine, (CONFIG_FILE, str(settings))
            return
        yield _elsewhere(engine, folder, settings), (CONFIG_FILE, str(settings))


def _elsewhere(engine: Engine, folder: Path, settings: Path) -> Engine:
    """The same stack, made in a backend in `folder`; its settings there learn the salt."""
    (folder / "backend").mkdir()
    environment = {**engine.environment, "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}"}
    environment.pop("PULUMI_ACCESS_TOKEN", None)
    if not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & environment.keys():
        # It guards a state without resources, which is gone in a moment. A salt that is there was
        # made with a passphrase that nobody has told us.
        forget_encryption(settings)
        environment["PULUMI_CONFIG_PASSPHRASE"] = folder.name
    project = {"name": engine.project, "runtime": "python"}
    (folder / f"Pulumi{settings.suffix}").write_text(yaml.safe_dump(project), encoding="utf-8")
    replace(engine, root=folder, environment=environment).make()
    return replace(engine, environment=environment)
