"""One module for each sort of thing that can be unwell in a stack."""
