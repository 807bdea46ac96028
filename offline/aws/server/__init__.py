"""AWS emulated at its HTTP API: moto, with what moto lacks in front of it, in one process."""
