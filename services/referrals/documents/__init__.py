"""Attached files on their way in."""
