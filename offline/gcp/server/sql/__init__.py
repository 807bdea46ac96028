"""Cloud SQL: instances, their roles, and what is inside them."""
