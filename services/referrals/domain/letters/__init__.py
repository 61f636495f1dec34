"""Letters to parents and carers: their templates, what is merged into them, and what becomes of each."""
