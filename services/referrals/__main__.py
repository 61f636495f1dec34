from services.referrals.app import build
from shared.service import serve
from shared.settings import load

serve("referrals", build, load())
