"""One open case more at a school that has bought so many: by accepting a proposal, or by reopening a case."""

from services.referrals.domain import bought
from services.referrals.domain.lifecycle import CASE
from services.referrals.store import Store
from shared.mongo import Document


async def one_more(store: Store, school: str, *, over_bought: bool) -> list[Document]:
    """OverBought when it would be one more than the school bought, and nobody says yes to that. What was agreed is to be written together
    with the case: of several at once each counts those before it."""
    agreed = await store.bought.kept(school)
    number = await store.bought.cases(school, store.today())
    if number is not None and not over_bought:
        bought.check(await store.referrals.count(school, CASE), number)
    return [agreed] if agreed else []
