"""Units of the lab, as types of its own provider."""
