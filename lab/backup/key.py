"""The key of a repository, as pgBackRest reads it."""


def key_text(key: str) -> str:
    """The text of a file that gives pgBackRest the key; it belongs into a file of mode 0600."""
    return f"[global]\nrepo1-cipher-pass={key}\n"
