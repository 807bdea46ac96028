"""Pictures of a topology: cities, sites, replication, DNS and backup copies."""

from tricenter.topology.graph.mermaid import mermaid
from tricenter.topology.graph.svg import svg

__all__ = ["mermaid", "svg"]
