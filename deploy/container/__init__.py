"""What the image runs, and the jobs that make a place for the services before they start."""
