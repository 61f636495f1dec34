"""What is counted: the Department's figures, periods and returns."""
