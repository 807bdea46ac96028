"""The option `--offline`: this command works on emulated clouds, and says on what exactly."""

import os
from typing import Annotated

import typer


def go_offline(wanted: bool) -> bool:
    """Start the emulated clouds and have this process, and what it starts, use them."""
    if wanted:
        from tricenter.offline.session import environment, find_clouds, start
        from tricenter.setup.toolchain import search_path

        emulated = tuple(start(cloud) for cloud in find_clouds())
        for entry in emulated:
            typer.echo(f"offline: {entry}", err=True)
        os.environ.update(environment(emulated, {**os.environ, "PATH": search_path()}))
    return wanted


Offline = Annotated[
    bool,
    typer.Option(
        "--offline",
        callback=go_offline,
        help="Work on emulated clouds: no account and no network is used.",
    ),
]
