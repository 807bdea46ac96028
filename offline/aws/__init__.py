"""AWS, emulated: its HTTP API in a process on 127.0.0.1, and a provider plugin that speaks to it."""
