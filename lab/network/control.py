"""The WAN process as others see it: started when it is not there, told to read its file again."""

import os
import subprocess
import sys
from typing import Any

from tricenter.lab.errors import LabError
from tricenter.lab.question import put_question
from tricenter.lab.stack import HOST_VARIABLE, STACK_VARIABLE, Stack
from tricenter.lab.waits import TIMEOUTS, until

WAN_HOST = "wan"
"""What the WAN process has for a host in its environment."""


def apply_matrix(stack: Stack) -> None:
    """Have the network file in force; starts the WAN process when it is not there."""
    if stack.state().network == "loopback":
        return
    reply = _ask(stack, {"verb": "reload"})
    if reply is None:
        ensure_wan(stack)
        reply = _ask(stack, {"verb": "reload"})
    if reply is None or "error" in reply:
        raise LabError(f"the network of {stack.id} did not take the change: {reply}")


def ensure_wan(stack: Stack) -> int:
    """Start the WAN process of a stack unless it runs; its pid."""
    if stack.state().network == "loopback":
        return 0
    reply = _ask(stack, {"verb": "statistics"})
    if reply is None:
        log = stack.path / "wan.log"
        env = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            STACK_VARIABLE: stack.id,
            HOST_VARIABLE: WAN_HOST,
        }
        if "PYTHONPATH" in os.environ:
            env["PYTHONPATH"] = os.environ["PYTHONPATH"]
        argv = [sys.executable, "-m", "tricenter.lab.network.wan", stack.id, str(stack.path)]
        # The program itself goes into the background, once it is ready.
        with log.open("ab") as out:
            done = subprocess.run(
                argv, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/",
                timeout=TIMEOUTS.network, check=False,
            )  # fmt: skip
        if done.returncode != 0:
            raise LabError(f"the network of {stack.id} did not start: {log.read_text()[-500:]}")
        reply = until(
            lambda: _ask(stack, {"verb": "statistics"}) or {},
            TIMEOUTS.network,
            f"network of {stack.id}",
        )
    return int(reply["pid"])


def network_statistics(stack: Stack) -> dict[str, Any]:
    """Packets and bytes carried and dropped, by direction, since the WAN process started."""
    reply = _ask(stack, {"verb": "statistics"})
    if reply is None:
        raise LabError(f"the network of {stack.id} is not running")
    return reply


def _ask(stack: Stack, request: dict[str, Any]) -> dict[str, Any] | None:
    """One request to the WAN process; None when it is not there."""
    who = f"the network process of {stack.id}"
    return put_question(stack.path, "wan.sock", request, TIMEOUTS.network, who)
