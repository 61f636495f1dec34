"""`python -m clients.iewo`: the command without its script."""

from clients.iewo.main import run

run()
