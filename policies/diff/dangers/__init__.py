"""Ways to lose data by a change of a spec: one kind of thing a module, found by looking here.

Each has `find(change)`, from a `Change` to the `Loss`es of its kind.
"""
