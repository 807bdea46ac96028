"""Starts a client's threads; ends them when standard input does, so that no orphan goes on."""

import os
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

from tricenter.drills.history import SUFFIX, Writer
from tricenter.drills.workload.names import Names
from tricenter.drills.workload.settings import Settings, read_settings
from tricenter.drills.workload.transfers import Worker
from tricenter.drills.workload.watchers import knock, watch_names

END_S = 10.0
"""How long a transfer that is under way may take to end when the client is told to stop."""


def main() -> None:
    """Run as settings on the first line of standard input say, until it is closed."""
    settings = read_settings(sys.stdin.readline())
    stop = threading.Event()
    with ExitStack() as opened:
        threads = _start(settings, opened, stop)
        sys.stdin.read()
        stop.set()
        for thread in threads:
            thread.join(END_S)
        if any(thread.is_alive() for thread in threads):
            # A transfer hangs in its commit. Its history says that it began, and no more.
            os._exit(0)


def _start(settings: Settings, opened: ExitStack, stop: threading.Event) -> list[threading.Thread]:
    def open_history(name: str) -> Writer:
        path = Path(settings.folder) / f"{name.replace('/', '.')}{SUFFIX}"
        return opened.enter_context(Writer(path, settings.client))

    def resolver() -> Names:
        # Each place begins with another server, as resolvers in different places do.
        return Names(
            settings.servers,
            port=settings.server_port,
            timeout=settings.server_timeout,
            source=settings.source,
            first=sum(settings.client.encode()),
        )

    names = resolver()
    threads: list[threading.Thread] = []
    for access in settings.databases:
        for number in range(settings.workers):
            history = open_history(f"{settings.client}.{access.name}.{number}")
            worker = Worker(settings, access, number, names, history, stop)
            threads.append(threading.Thread(target=worker.run, name=worker.name, daemon=True))
    for task in (watch_names, knock):
        history = open_history(f"{settings.client}.{task.__name__}")
        own = resolver() if task is watch_names else names
        arguments = (settings, own, history, stop)
        threads.append(threading.Thread(target=task, args=arguments, daemon=True))
    for thread in threads:
        thread.start()
    return threads


if __name__ == "__main__":
    main()
