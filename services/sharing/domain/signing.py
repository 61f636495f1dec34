"""A signature: given in the system on the day itself, or on paper, of which the scan is a document of the case."""

from datetime import date

from services.sharing.domain.material import Signature
from services.sharing.errors import Unfit
from shared.contracts.enforcement import CaseEvidence


def in_the_system(name: str, role: str, today: date) -> Signature:
    return Signature(name=name, role=role, on=today)


def on_paper(name: str, role: str, on: date, document: str, case: CaseEvidence) -> Signature:
    """Unfit for a scan that is not a file of the case that may be served, since it goes with the pack, or is older than the signature."""
    found = next((one for one in case.documents if one.document == document), None)
    if found is None or found.sha256 is None:
        raise Unfit(f"{document} is no file of this case that may be served: add the scan with `iewo document add ... --may-be-served`")
    if found.day < on:
        raise Unfit(f"{document} is of {found.day}, before the day of the signature ({on}): it cannot show it")
    return Signature(name=name, role=role, on=on, way="on paper", document=document, sha256=found.sha256, type=found.type)
