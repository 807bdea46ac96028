"""The package `tricenter` for programs in any Pulumi language: a topology as one component."""
