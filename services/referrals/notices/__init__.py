"""What people are told, and the way it goes out."""
