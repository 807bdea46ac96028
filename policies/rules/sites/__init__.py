"""Sites and cities: two active centers in one city, one far away, and nothing that all share."""
