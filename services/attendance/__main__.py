"""The process: `python -m services.attendance`."""

from services.attendance.app import build
from shared.service import serve
from shared.settings import load

serve("attendance", build, load())
