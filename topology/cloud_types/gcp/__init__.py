"""Types of Google Cloud, a file for each service."""
