"""What a target cannot have, one noun a file: places, services, names, addresses, vaults."""
