"""The process: `python -m services.sharing`."""

import sys

from services.sharing.app import build
from services.sharing.profiles import BadProfile
from shared.service import serve
from shared.settings import load

try:
    serve("sharing", build, load())
except BadProfile as error:
    sys.exit(f"sharing does not start: {error}")
