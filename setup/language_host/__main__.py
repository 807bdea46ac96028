"""Starts the language host: `python -m tricenter.setup.language_host [flags] [ENGINE]`."""

import sys

from tricenter.setup.language_host.server import serve

sys.exit(serve(sys.argv[1:]))
