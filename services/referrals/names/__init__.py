"""How people are found, and what lists call them."""
