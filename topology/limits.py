"""How large a spec may be: beyond it, a file is a mistake or an attack, and is refused at once.

Within them a check takes seconds and some hundred megabytes.
"""

SITES = 300
"""Each two of them are scenarios; the lab has room for 199, a region of a cloud for sixteen."""
WITNESSES = 50
CITIES = 50
LINKS = SITES * (SITES - 1) // 2 + SITES * WITNESSES
"""One for each two sites, and for each site and witness."""
DATABASES = 1000
REPLICAS = 8
"""Of one database: its leader has ten senders of its log, and a backup and a new copy take two."""
OUTCOMES = 1_000_000
"""Losses of sites and links, times databases."""
VAULTS = 100
PARTNERS = 1000
PROVIDERS = 10
RECORDS = 1000
RULES = 300
"""Rules of one record: there are 249 countries and seven continents."""
ANSWERS = 100
"""Addresses of one site in one record."""
SUBNETS = 1000
"""Subnets of one place of clients."""
SCENARIOS = 5000
"""Scenarios that are named one by one in failovers, objectives or drills."""
WAIVERS = 1000
