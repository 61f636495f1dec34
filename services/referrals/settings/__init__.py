"""What the company sets, read from TOML files when the service starts."""
