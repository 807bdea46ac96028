"""Every machine of the emulated clouds: what they hold is looked at, and followed."""

import logging
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Event, RLock, Thread
from typing import Any

from tricenter.offline.machines.boot import Booted, NotYet, boot
from tricenter.offline.machines.errors import MachineFault
from tricenter.offline.machines.instance import Cloud, Instance
from tricenter.offline.machines.stack import Machine, Make, Stack, make_member
from tricenter.offline.machines.timer import EVERY_S, Timer

logger = logging.getLogger(__name__)
LOOK_EVERY_S = 0.5
SETTLE_S = 1.5
"""How long a question waits for members that have just started; the role verbs wait two seconds."""


class Fleet:
    """The machines of these clouds; `folder` keeps their disks between two runs."""

    def __init__(self, folder: Path, clouds: Mapping[str, Cloud], make: Make = make_member) -> None:
        self._folder, self._clouds, self._make = folder, clouds, make
        self.stacks: dict[str, Stack] = {}
        self._home: dict[str, str] = {}
        self._timers: dict[str, Timer] = {}
        self._seen: object = None
        self._waits = True
        self.faults: dict[str, str] = {}
        self._lock = RLock()
        self._ended = Event()

    def begin(self) -> None:
        """Follow the clouds from now on, in a thread of its own."""
        Thread(target=self._follow, name="fleet", daemon=True).start()
        Thread(target=self._run_timers, name="timers", daemon=True).start()

    def end(self) -> None:
        """Stop following; every machine loses power."""
        self._ended.set()
        with self._lock:
            for stack in self.stacks.values():
                for machine in stack.running():
                    stack.power_off(machine.instance.key)

    def look(self) -> None:
        """Start what runs in its cloud and not here, end what does no more."""
        with self._lock:
            mark = {name: cloud.mark() for name, cloud in self._clouds.items()}
            if mark == self._seen and not self._waits:
                return
            try:
                found = {instance.key: instance for instance in self._instances()}
            except OSError as error:
                logger.warning("the clouds cannot be asked: %s", error)
                return
            self._seen, self._waits = mark, False
            self._end_lost(found)
            for instance in found.values():
                if instance.runs and instance.key not in self._running():
                    self._start(instance)

    def stack(self, name: str) -> Stack | None:
        """A stack with machines, once its members had a moment to start."""
        if name not in self.stacks:
            self.look()
        ends = time.monotonic() + SETTLE_S
        while (found := self.stacks.get(name)) and time.monotonic() < ends:
            members = [member for machine in found.running() for member in machine.members]
            if all(member.ready for member in members):
                break
            time.sleep(0.05)
        return found

    def told(self) -> dict[str, Any]:
        """What runs and what does not, for whoever looks."""
        return {
            "machines": [
                {
                    "stack": stack.name,
                    "site": machine.booted.site,
                    "instance": machine.instance.key,
                    "members": [
                        {"database": member.scope.rpartition("/")[2], "ready": member.ready}
                        for member in machine.members
                    ],
                }
                for stack in self.stacks.values()
                for machine in stack.running()
            ],
            "faults": dict(self.faults),
        }

    def _follow(self) -> None:
        while not self._ended.wait(LOOK_EVERY_S):
            try:
                self.look()
                for stack in tuple(self.stacks.values()):
                    stack.store.tick()
            except Exception:  # whatever it was: machines must not stand still for it
                logger.exception("looking at the clouds")

    def _run_timers(self) -> None:
        """What each machine's own program does from time to time, one machine after the other."""
        while not self._ended.wait(EVERY_S):
            for stack in tuple(self.stacks.values()):
                for machine in stack.running():
                    self._run_timer(stack, machine)

    def _run_timer(self, stack: Stack, machine: Machine) -> None:
        key = machine.instance.key
        if key not in self._timers:
            self._timers[key] = Timer(stack, machine, self._clouds[machine.instance.cloud])
        try:
            self._timers[key].run()
        except Exception:  # the program of a machine that goes away meanwhile
            logger.exception("the program of %s", key)

    def _instances(self) -> Iterator[Instance]:
        for cloud in self._clouds.values():
            if cloud.mark():
                yield from cloud.instances()

    def _running(self) -> set[str]:
        return {m.instance.key for stack in self.stacks.values() for m in stack.running()}

    def _start(self, instance: Instance) -> None:
        root = self._folder / "machines" / instance.key
        try:
            booted = boot(instance, self._clouds[instance.cloud], root)
            stack = self._stack_of(booted)
            stack.power_on(instance, booted, self._make)
        except NotYet as error:
            self._waits = True
            self._tell(instance.key, str(error))
        except MachineFault as error:
            self._tell(instance.key, str(error))
        else:
            self.faults.pop(instance.key, None)
            self._home[instance.key] = stack.name
            logger.info("%s is %s of %s", instance.key, booted.site, stack.name)

    def _stack_of(self, booted: Booted) -> Stack:
        if booted.stack not in self.stacks:
            folder = self._folder / "stacks" / booted.stack
            self.stacks[booted.stack] = Stack(booted.stack, folder)
        return self.stacks[booted.stack]

    def _end_lost(self, found: Mapping[str, Instance]) -> None:
        for key in self._running():
            if key not in found or not found[key].runs:
                self._timers.pop(key, None)
                logger.info("%s has lost power", key)
                self.stacks[self._home[key]].power_off(key)
        for key in [key for key in self.faults if key not in found]:
            del self.faults[key]
        for key in [key for key in self._home if key not in found]:
            name = self._home.pop(key)
            shutil.rmtree(self._folder / "machines" / key, ignore_errors=True)
            if name not in self._home.values():
                # Its last machine is gone: nothing of it is kept.
                self.stacks.pop(name, None)
                shutil.rmtree(self._folder / "stacks" / name, ignore_errors=True)

    def _tell(self, key: str, fault: str) -> None:
        if self.faults.get(key) != fault:
            logger.warning("%s: %s", key, fault)
        self.faults[key] = fault
