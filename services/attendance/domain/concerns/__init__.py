"""When a child's attendance or punctuality is of concern: one file for each rule, and `judge` for all of them."""
