"""Starts the stand-in plugin: `python -m tricenter.offline.aws.plugin ENGINE`."""

import sys

from tricenter.offline.aws.plugin.service import serve

sys.exit(serve(sys.argv[1:]))
