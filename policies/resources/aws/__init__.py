"""Adapters of Amazon Web Services: from a resource's type and properties to facts."""
