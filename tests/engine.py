"""How the engine runs in tests that are not about what a killed run leaves."""

SAVED_AT_THE_END = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
"""The state is written once a run, not after each of 200 steps, which is half of a run's time."""
