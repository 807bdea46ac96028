"""Single harmful edits of sound topologies, and exactly which rules each must fire, and where."""
