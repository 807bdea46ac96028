"""Machines of Compute Engine: instances, disks and their snapshot schedules."""

from tricenter.offline.gcp.server.call import Handler, Kind

KINDS: dict[str, Kind] = {}
HANDLERS: dict[str, Handler] = {}
