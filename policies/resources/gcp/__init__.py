"""Adapters of Google Cloud: from a resource's type and properties to facts."""
