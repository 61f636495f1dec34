"""`iewo school cases`: what became of what a school accepted."""

from clients.iewo import options
from clients.iewo.access import Access, as_officer

EXAMPLE = "Example: iewo school cases 900001. With the school's own key as IEWO_TOKEN, or as an officer of the school."


@as_officer
def cases(referrals: Access, urn: options.Urn) -> None:
    """List a school's cases, open and closed, by id: what has changed last comes first. Proposals are not among them."""
    found = referrals.get("/v1/schools/{}/cases", urn)["cases"]
    rows = [(one["case"], one["child"], one["state"], one["since"][:10], one["officer"] or "nobody's yet") for one in found]
    referrals.table(found, f"Cases of school {urn}", ("case", "child", "state", "since", "officer"), rows)
