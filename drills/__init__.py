"""Drills: lose something on purpose and measure what clients saw."""
