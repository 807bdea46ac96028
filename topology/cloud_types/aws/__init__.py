"""Types of AWS, a file for each service."""
