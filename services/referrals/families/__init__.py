"""Parents, siblings and addresses, and what of them is shown to whom."""
