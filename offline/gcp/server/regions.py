"""In which region a request is answered: of its path, else of the instance that it is about."""

import re

from tricenter.offline.gcp.server.store import Store

PLACE = re.compile(r"/(?:locations|regions|zones)/([a-z]+-[a-z]+\d+)(?:-[a-z])?(?=[/:?]|$)")
INSTANCE = re.compile(r"sql.*/(projects/[^/]+/instances/[^/?]+)")
SQL = "sqladmin"


def place_of(store: Store, target: str) -> str | None:
    """The region of a request's target; None for what Google serves from many places."""
    placed = PLACE.search(target)
    if placed:
        return placed[1]
    named = INSTANCE.search(target)
    found = store.find(SQL, named[1]) if named else None
    return str(found["region"]) if found else None
