"""Leave in term time."""
