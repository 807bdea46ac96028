"""A drill's stack made by the real engine, with settings of its own, and taken away with them."""

import sys
from dataclasses import dataclass
from pathlib import Path

from tricenter.cli.deployment import run
from tricenter.cli.engine import Engine, EngineError, open_engine
from tricenter.cli.output import Format
from tricenter.cli.progress import Outcome
from tricenter.drills.journal import Journal


@dataclass(slots=True)
class EngineMaker:
    """Makes the stack by `pulumi up` and removes it by `pulumi destroy`; a sweep follows anyway."""

    engine: Engine
    spec: str
    lab: str
    format: Format
    text: str = "by `pulumi up`"
    name: str = "pulumi"

    def up(self) -> None:
        """Make the stack with profile drill, and deploy."""
        self.engine.make()
        stack = ("--stack", self.engine.stack)
        self.engine.ask("config", "set", "tricenter:spec", self.spec, *stack)
        self.engine.ask("config", "set", "tricenter:profile", "drill", *stack)
        self.deploy()

    def deploy(self) -> Outcome:
        """One `pulumi up`; the second one should change nothing."""
        return run(self.engine, "up", ("--yes", "--skip-preview"), self.format)

    def down(self) -> None:
        """Destroy, sweep, and forget the stack with its settings."""
        from tricenter.drills.stage import remove

        known = self.engine.exists()
        if known:
            try:
                run(self.engine, "destroy", ("--yes", "--skip-preview"), self.format)
            except EngineError as error:
                print(f"{error}; sweeping by the stack's id", file=sys.stderr)
        remove(self.lab)
        if known:
            self.engine.remove()
        self.settings.unlink(missing_ok=True)

    @property
    def settings(self) -> Path:
        """The file of the stack's settings."""
        return self.engine.root / "stacks" / f"Pulumi.{self.engine.stack}.yaml"


def maker_of(journal: Journal, format: Format) -> EngineMaker:  # noqa: A002
    """The engine's maker for a drill; EngineError where no usable Pulumi is."""
    return EngineMaker(open_engine(journal.pulumi), journal.spec, journal.stack, format)
