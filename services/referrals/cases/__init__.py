"""What happens in a case, and whom it concerns."""
