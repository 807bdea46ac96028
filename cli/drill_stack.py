"""A drill's stack made by the real engine, with settings of its own, and taken away with them."""

import sys
from collections.abc import Collection
from dataclasses import dataclass

from tricenter.cli.deployment import run
from tricenter.cli.engine import Engine, EngineError, open_engine
from tricenter.cli.guard import refuse_unless_allowed
from tricenter.cli.output import Format
from tricenter.cli.progress import Outcome
from tricenter.cli.up import PARALLEL
from tricenter.drills.journal import Journal
from tricenter.topology.plan import Plan


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

    def again(self) -> None:
        """What `tricenter up --yes` does: a preview, the guard of data, then `pulumi up`."""
        preview = run(self.engine, "preview", (), self.format)
        refuse_unless_allowed(preview.planned)
        run(self.engine, "up", ("--yes", "--skip-preview", *PARALLEL), self.format)

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
        self.engine.settings.unlink(missing_ok=True)


@dataclass(slots=True)
class CloudMaker:
    """Makes a drill's stack in a cloud: profile drill, its run and its end on every resource."""

    engine: Engine
    journal: Journal
    format: Format
    text: str = "by `pulumi up`"
    name: str = "pulumi"

    def up(self) -> None:
        """Make the stack with its settings, and deploy."""
        self.engine.make()
        settings = {
            "spec": self.journal.spec,
            "target": self.journal.target,
            "profile": "drill",
            "runId": self.journal.run,
            "expires": self.journal.expires,
        }
        for key, value in settings.items():
            pair = (f"tricenter:{key}", value)
            self.engine.ask("config", "set", *pair, "--stack", self.engine.stack)
        run(self.engine, "up", ("--yes", "--skip-preview"), self.format)

    def refreshed(self, plan: Plan, lost: Collection[str]) -> tuple[str, ...]:
        """Read the databases anew but for lost sites; what a preview would change of the rest."""
        from tricenter.cli.after_roles import lost_regions, refresh_databases, remaining

        names = {*lost} | lost_regions(plan, lost)
        refresh_databases(self.engine, plan, names)
        starts = tuple(f"{plan.topology}-{name}-" for name in sorted(names))
        return tuple(
            f"{step['op']} {step['name']} ({step['kind']})"
            for step in remaining(self.engine)
            if not (starts and step["name"].startswith(starts))
        )

    def down(self) -> None:
        """Destroy, and forget the stack with its settings; EngineError where something stays."""
        if self.engine.exists():
            run(self.engine, "destroy", ("--yes", "--skip-preview"), self.format)
            self.engine.remove()
        self.engine.settings.unlink(missing_ok=True)


def cloud_maker_of(journal: Journal, format: Format) -> CloudMaker:  # noqa: A002
    """The engine's maker for a drill on a cloud; EngineError where no usable Pulumi is."""
    return CloudMaker(open_engine(journal.pulumi, journal.root), journal, format)


def maker_of(journal: Journal, format: Format) -> EngineMaker:  # noqa: A002
    """The engine's maker for a drill; EngineError where no usable Pulumi is."""
    engine = open_engine(journal.pulumi, journal.root)
    return EngineMaker(engine, journal.spec, journal.stack, format)
