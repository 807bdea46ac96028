"""Runs the emulated Google Cloud: `python -m tricenter.offline.gcp.server --state DIR --port N`."""

import argparse
import logging
import signal
import sys
from pathlib import Path
from types import FrameType

from tricenter.offline.daemon import LISTENS
from tricenter.offline.gcp.server.listener import LOCAL, Listener
from tricenter.offline.gcp.server.store import Store


def main() -> int:
    """Serves until it is told to stop; prints one line when it listens."""
    parser = argparse.ArgumentParser(prog="tricenter.offline.gcp.server", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps the resources")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    arguments = parser.parse_args()
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )
    store = Store(arguments.state)
    listener = Listener(arguments.port, store)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sys.stdout.write(f"emulated Google Cloud {LISTENS}http://{LOCAL}:{listener.server_port}\n")
    sys.stdout.flush()
    try:
        listener.serve_forever()
    finally:
        listener.server_close()
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
