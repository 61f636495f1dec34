"""Impact and reports."""
