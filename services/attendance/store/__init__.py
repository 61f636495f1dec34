"""The collection `attendance`: the only files that know MongoDB. Feeds, rolls, register pages, schools."""

KINDS = ("feed", "part", "roll", "page", "identity", "join", "case", "told")
"""Kinds with a cohort, which fall with it."""

OUTBOXES = ("feed", "roll", "page", "join", "silent", "purge")
"""Kinds that publish."""
