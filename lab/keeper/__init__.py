"""The keeper of a site: does by itself, after a bound, what is safe without a person.

A small service beside the databases. It needs neither Patroni nor the network to act on its own
site: a server that takes writes without the lease is ended, a copy that cannot follow is fetched
from the archive, then made anew.
"""
