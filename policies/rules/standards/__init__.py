"""Claims of levels of published standards, against what the evidence bears."""
