"""`python -m services.retention`."""

from services.retention.app import build
from shared.service import serve
from shared.settings import load

serve("retention", build, load())
