"""By what registers are judged, when, and what a concern rests on."""
