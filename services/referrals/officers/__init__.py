"""Who is let in, who takes over, whose checks run out."""
