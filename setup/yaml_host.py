"""Brings the language host for YAML: what the user has, what came with the CLI, else built."""

import os
from threading import get_ident

from tricenter.setup import go_build, kept, toolchain
from tricenter.setup.places import bin_directory, cache_directory
from tricenter.setup.pulumi_cli import hard_link_or_copy
from tricenter.setup.steps import say

VERSION: toolchain.Version = (1, 38, 0)  # of pulumi-yaml; a test compares it with setup/yaml/go.mod


def provide() -> None:
    """Makes Pulumi programs in YAML work; raises Stopped where the host cannot be built."""
    found = toolchain.find_language_host(name=toolchain.YAML_HOST)
    place = bin_directory() / toolchain.YAML_HOST
    came_with_cli = place.resolve().parent == toolchain.built_root() / "bin"
    if found is not None and (found != place or came_with_cli):
        say(f"{found}")
        return
    root = cache_directory() / toolchain.YAML_HOST / toolchain.text(VERSION)
    module = go_build.YAML_HOST
    kept.ensure(root, (module.origin(),), lambda folder: go_build.build(module, folder))
    program = root / "bin" / toolchain.YAML_HOST
    if not (place.exists() and place.samefile(program)):
        draft = place.with_name(f".{place.name}.{os.getpid()}.{get_ident()}")
        # Beside the CLI by a second name, since the engine warns about one that lies elsewhere.
        hard_link_or_copy(program, draft)
        draft.replace(place)
    say(f"{toolchain.text(VERSION)} at {place}")
