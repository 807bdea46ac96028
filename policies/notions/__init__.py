"""What several rules speak of: centers, copies, loads, buildings, names, promises, drills' ages."""
