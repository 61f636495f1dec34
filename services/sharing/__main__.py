"""The process: `python -m services.sharing`."""

from services.sharing.app import build
from shared.service import serve
from shared.settings import load

serve("sharing", build, load())
