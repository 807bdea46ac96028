"""The kinds of resources of Compute Engine: networks, machines, places, health checks."""
