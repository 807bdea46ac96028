"""Resources of a stack as neutral facts: databases, records, backups, whoever made them."""
