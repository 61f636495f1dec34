"""The collection `attendance`: the only files that know MongoDB. Feeds, rolls, register pages, schools."""

KINDS = ("feed", "part", "roll", "page", "identity", "join", "told")
"""Kinds with a cohort, which fall with it."""

OUTBOXES = ("feed", "page", "join", "purge")
"""Kinds that publish."""
