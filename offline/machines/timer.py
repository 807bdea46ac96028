"""A machine's own program on an emulated machine: what its timer has it do to the members.

It is the program that a real machine has, and takes a changed spec from where that one does: the
site's bucket. Only its way to the members and to its disk is another one here.
"""

import base64
import json
import logging
import ssl
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from types import ModuleType
from typing import Any, cast
from urllib.parse import urlsplit

from tricenter.offline.machines.boot import NODE, PROGRAM, NotYet, read_newest, read_secret
from tricenter.offline.machines.instance import Cloud
from tricenter.offline.machines.stack import Machine, Stack

logger = logging.getLogger(__name__)
EVERY_S = 5.0
"""A real machine's timer has 300 s; what it does is the same."""

Told = dict[str, Any]


class Timer:
    """One machine's program, with what it was told last."""

    def __init__(self, stack: Stack, machine: Machine, cloud: Cloud) -> None:
        self._stack, self._machine, self._cloud = stack, machine, cloud
        self._kept = machine.booted.root / "kept"
        self._mark: object = None
        self._module: ModuleType | None = None
        self._node: Told = {}

    def run(self) -> None:
        """What `update` does of which an emulated member takes notice; nothing without a bucket."""
        mark = self._cloud.mark()
        if mark != self._mark:
            booted = self._machine.booted
            try:
                secret = read_secret(self._cloud, booted.node)
                self._take(read_newest(self._cloud, booted.node, booted.program, secret))
            except NotYet as error:
                logger.info("%s: no newest files: %s", self._machine.instance.key, error)
                return
            self._mark = mark
        if self._module is not None:
            for planned in self._node["databases"]:
                # Nothing is archived here.
                database = {**planned, "fetch": str(self._kept / "fetch"), "archived": False}
                self._module.settle(self._node, database)
                self._module.mend_copy(self._node, database)

    def _take(self, found: Told) -> None:
        machine = cast(Mapping[str, str], found["machine"])
        module = ModuleType("node")
        exec(compile(machine[PROGRAM], PROGRAM, "exec"), module.__dict__)  # noqa: S102 - ours
        self._kept.mkdir(exist_ok=True, mode=0o700)
        module.__dict__.update(
            {
                "KEPT": self._kept,
                "ask": self._ask,
                "branch_of": self._branch,
                "rest_login": self._login,
                "write": _write,
                "print": self._tell,
            }
        )
        self._module, self._node = module, json.loads(machine[NODE])

    def _ask(
        self,
        url: str,
        *,
        method: str = "GET",
        body: object = None,
        login: str | None = None,
        timeout: float = 10,
    ) -> tuple[int, Any] | None:
        """A member's answer, over TLS with the machine's own certificate."""
        from tricenter.offline.machines.member import Reached

        place, tls = urlsplit(url), self._machine.booted.root / "srv/tls"
        local = self._stack.port(str(place.hostname), place.port or 0)
        if local is None:
            return None
        context = ssl.create_default_context(cafile=tls / "ca.crt")
        context.load_cert_chain(tls / "host.crt", tls / "host.key")
        told = base64.b64encode((login or "").encode()).decode()
        headers = {"Content-Type": "application/json"}
        headers |= {"Authorization": f"Basic {told}"} if login else {}
        opened = Reached(str(place.hostname), local, context, timeout)
        try:
            sent = None if body is None else json.dumps(body)
            opened.request(method, place.path or "/", sent, headers)
            answer = opened.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, HTTPException):
            return None
        finally:
            opened.close()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, text

    def _tell(self, text: str) -> None:
        logger.info("%s: %s", self._machine.booted.site, text)

    def _login(self, database: Mapping[str, Any]) -> str:
        path = self._machine.booted.databases[database["name"]] / "secrets.yml"
        told = json.loads(path.read_text(encoding="utf-8"))["restapi"]["authentication"]
        return f"{told['username']}:{told['password']}"

    def _branch(self, database: Mapping[str, Any], here: object) -> list[tuple[int, int]] | None:
        """The timelines that the emulated copy comes from."""
        del here
        for member in self._machine.members:
            if member.scope.rpartition("/")[2] == database["name"] and member.server.data:
                return [(int(line[0]), int(line[1])) for line in member.server.data.history]
        return None


def _write(path: Path, text: str, **named: object) -> bool:
    del named  # owner and mode: here everything is one user's
    path.write_text(text, encoding="utf-8")
    return True
