"""Rules about protection."""
