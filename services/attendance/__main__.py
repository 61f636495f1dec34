"""The process: `python -m services.attendance`."""

import sys

from services.attendance.app import build
from services.attendance.judging.authorities import BadProfile
from shared.service import serve
from shared.settings import load

try:
    serve("attendance", build, load())
except BadProfile as error:
    sys.exit(f"attendance does not start: {error}")
