"""A stand-in for the AWS provider plugin: the engine's requests become calls to an emulated AWS."""
