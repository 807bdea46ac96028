"""Starts the provider plugin: `python lab/provider ENGINE`, as the Pulumi engine does."""

import sys

# The engine runs this folder as a program, which puts it first on the path, where a module of ours
# could hide one of the standard library's.
sys.path.pop(0)

from tricenter.lab.provider.plugin import serve

sys.exit(serve(sys.argv[1:]))
