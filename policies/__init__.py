"""Rules about a topology, each a pure function."""
