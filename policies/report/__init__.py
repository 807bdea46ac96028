"""What was found as texts: one format a module, each a pure function from the result to a text."""
