"""Watchers: what the name servers tell this place, and whether public names can be reached."""

import socket
import time
from threading import Event as Signal

from tricenter.drills.history import Writer
from tricenter.drills.workload.names import Names
from tricenter.drills.workload.settings import PublicName, Settings

KNOCK_S = 1.0
"""Patience with an address that does not accept."""


def watch_names(settings: Settings, names: Names, history: Writer, stop: Signal) -> None:
    """Note a fresh answer for every name, each time from the next server."""
    wanted = [database.writer for database in settings.databases]
    wanted += [record.name for record in settings.public]
    while not stop.is_set():
        for name in wanted:
            answer = names.ask(name, turn=True)
            if answer is None:
                history.add("unanswered", name=name)
            else:
                history.add(
                    "answer",
                    name=name,
                    addresses=list(answer.addresses),
                    ttl=answer.ttl,
                    server=answer.server,
                )
        stop.wait(settings.watch_every)


def knock(settings: Settings, names: Names, history: Writer, stop: Signal) -> None:
    """Connect to the addresses of every public name in turn, as a browser would."""
    turn = 0
    while not stop.is_set():
        turn += 1
        for record in settings.public:
            addresses = names.addresses(record.name)
            if not addresses:
                history.add("unnamed", name=record.name)
                continue
            _knock_once(record, addresses[turn % len(addresses)], history)
        stop.wait(settings.watch_every)


def _knock_once(record: PublicName, address: str, history: Writer) -> None:
    began = time.monotonic()
    try:
        socket.create_connection((address, record.port), KNOCK_S).close()
    except OSError as error:
        history.add("probe-fail", name=record.name, address=address, reason=str(error))
    else:
        took = round(time.monotonic() - began, 4)
        history.add("probe-ok", name=record.name, address=address, took=took)
