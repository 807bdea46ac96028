"""Starts the emulated AWS: `python -m tricenter.offline.aws.server --state DIR [--port N]`."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tricenter.offline.aws.errors import EmulatedAwsError


def main(arguments: Sequence[str]) -> int:
    """Serve until the process is ended; prints one line when it listens."""
    parser = argparse.ArgumentParser(prog="tricenter.offline.aws.server", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder of the cloud's journal")
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 chooses a free one")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    for name, value in MOTO.items():
        os.environ[name] = value
    # Only now: moto reads its settings, and keeps its clock, when it is imported.
    from tricenter.offline.aws.server.listening import listen

    try:
        listen(options.state, options.port)
    except EmulatedAwsError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    return 0


MOTO = {
    "MOTO_DISABLE_GLOBAL_CORS": "1",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "true",
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "MOTO_EVENTS_INVOKE_HTTP": "false",
    "TEST_SERVER_MODE": "false",
}
"""moto's settings: nothing leaves this machine, no web page may call."""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
