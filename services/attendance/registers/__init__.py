"""What the register says of children and days."""
