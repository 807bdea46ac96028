"""The option `--offline`: this command works on emulated clouds, and says on what exactly."""

import os
from typing import Annotated

import typer

from tricenter.cli.errors import ENVIRONMENT
from tricenter.topology.errors import TricenterError


class ProviderMissing(TricenterError):
    """A provider plugin is not here, and without a network none is downloaded."""

    exit_code = ENVIRONMENT


def refuse_missing_providers(target: str) -> None:
    """ProviderMissing where clouds are emulated and one of the target's has no provider plugin.

    The engine would look for it on the network, for minutes, and say so at the end.
    """
    from tricenter.offline.session import OFFLINE, TITLES, look
    from tricenter.topology.placement import clouds_of

    if not os.environ.get(OFFLINE):
        return
    for emulated in map(look, clouds_of(target)):
        if emulated.provider == "missing":
            raise ProviderMissing(
                f"{TITLES[emulated.cloud]} has no provider plugin here, and offline none is "
                f"downloaded. Bring it, once, where there is a network: {emulated.advice}"
            )


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
