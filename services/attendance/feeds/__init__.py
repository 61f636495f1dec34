"""Files on their way in, and back out again."""
