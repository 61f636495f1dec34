"""The process: `python -m services.referrals`."""

import sys

from services.referrals.app import build
from services.referrals.settings.dated import BadPractice
from shared.service import serve
from shared.settings import load

try:
    serve("referrals", build, load())
except BadPractice as error:
    sys.exit(f"referrals does not start: {error}")
