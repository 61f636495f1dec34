"""Letters: merged, kept, sent, come back."""
