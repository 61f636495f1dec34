"""When a school is open: what it says itself, what its register shows, and the bank holidays of England."""
