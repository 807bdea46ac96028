"""Generate: a Pulumi project of its own for one topology, with which a team can leave tricenter."""
