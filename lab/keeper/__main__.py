"""`python -m tricenter.lab.keeper [FILE]`: watch this site's members until the process is ended.

It remembers only since when things are so: killed at any moment, it begins to count anew.
"""

import signal
import ssl
import sys
import time
from functools import lru_cache
from pathlib import Path

from tricenter.lab.inside import here
from tricenter.lab.keeper import asking
from tricenter.lab.keeper.judge import Act, Memory, judge
from tricenter.lab.keeper.watched import PLACE, Watch, Watched, read

PACE_S = 1.0
CALM_PACE_S = 2.0
"""Seconds between two looks, while nothing is the matter: Patroni answers each with a handshake."""
GRACE_S = 1.0
"""Between asking a server to end at once and killing it, where it is stopped itself."""
TLS = ("/srv/tls/ca.crt", "/srv/tls/host.crt", "/srv/tls/host.key")


def perform(act: Act, watch: Watch, member: Watched) -> None:
    """Do one act, and say so in the service's log."""
    print(f"{member.database} in {watch.site}: {act}", flush=True)
    flag, data = asking.folder_of(member), Path(member.data)
    if act == "fence":
        asking.kill_server(data, signal.SIGQUIT)
        time.sleep(GRACE_S)
        asking.kill_server(data, signal.SIGKILL)
    elif act == "fetch" and member.archived:
        flag.touch()
    elif act == "leave":
        flag.unlink(missing_ok=True)
    elif act == "copy":
        flag.unlink(missing_ok=True)
        if not asking.order_copy(member, _context()):
            print(f"{member.database}: Patroni did not take the order", flush=True)


def _context() -> ssl.SSLContext:
    """The context of the certificate that is there now: it may be replaced."""
    files = [here(path) for path in TLS]
    return _loaded(tuple(map(str, files)), files[1].stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _loaded(files: tuple[str, str, str], made: int) -> ssl.SSLContext:
    del made
    return asking.context(*files)


def main() -> None:
    """Look at every member once a second."""
    watch = read(Path(sys.argv[1]) if len(sys.argv) > 1 else here(PLACE))
    memories = {member.database: Memory() for member in watch.members}
    while True:
        began, calm = time.monotonic(), True
        for member in watch.members:
            try:
                found = asking.facts(watch, member, _context())
                act, memory = judge(found, memories[member.database], began, watch.ttl)
                calm = calm and found.answers and memory.stuck_since is None
                memories[member.database] = memory
                if act is not None:
                    perform(act, watch, member)
            except OSError as error:  # a full disk, a certificate that is being replaced
                print(f"{member.database}: {error}", flush=True)
        pace = CALM_PACE_S if calm else PACE_S
        time.sleep(max(0.0, pace - (time.monotonic() - began)))


if __name__ == "__main__":
    main()
