"""The engine that started a plugin: the plugin ends with it."""

import os
import socket
import time


def outlive(engine: str) -> None:
    """Return when the engine is gone, also when it was killed and could say nothing."""
    host, _, port = engine.rpartition(":")
    while True:
        try:
            with socket.create_connection((host, int(port)), timeout=5) as connection:
                connection.settimeout(None)
                # Nothing is said on this connection: it ends with the engine, or when the engine
                # tires of it, and then another one is made.
                while connection.recv(4096):
                    pass
        except OSError:
            os._exit(0)
        time.sleep(0.2)
