"""The lab: sites as network hosts on this machine, running the real programs."""
