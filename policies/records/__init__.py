"""Records of drills: what one holds, which files count as records of a topology, and why not."""
