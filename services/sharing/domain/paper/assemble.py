"""From the material to the document: what the authority needs for one measure against one parent, in two volumes."""

from pydantic import ValidationError

from services.sharing.domain import offence
from services.sharing.domain.material import Material
from services.sharing.domain.paper.authority_volume import for_the_authority
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.edition_before import as_served, to_the_authority
from services.sharing.domain.paper.people import people
from services.sharing.domain.paper.refusals import NoPack
from services.sharing.domain.paper.served_volume import to_be_served
from services.sharing.domain.paper.unasked import Unasked
from services.sharing.domain.profile import Profile
from shared.pack.document import Authority, Contact, Pack, School


def assemble(material: Material, profile: Profile) -> Pack:
    """The pack. NotServable where the statement names what may not be served, NoPack where there can be none without what is lacking."""
    try:
        return _assembled(material, profile)
    except ValidationError as error:
        raise NoPack(f"what was answered does not fit: {_fields(error)}") from None


def is_draft(material: Material) -> bool:
    """Until certificate and statement are signed. A penalty notice needs no statement; a prosecution does."""
    statement = material.statement
    unsigned = statement is None if material.wanted.measure == "prosecution" else False
    return material.certificate is None or unsigned or (statement is not None and statement.signed is None)


def _assembled(material: Material, profile: Profile) -> Pack:
    known = people(material)
    confidential = Confidential(material, known)
    served = to_be_served(material, known, confidential, profile)
    served = served.model_copy(update={"edition_before": as_served(material, served)})
    wanted, school = material.wanted, School(name=material.school.name, urn=material.school.school)
    unasked = Unasked(material, known, confidential, profile)
    told = for_the_authority(material, known, confidential, unasked, profile, served, f"{school.name}, URN {school.urn}")
    why = unasked.cleared(confidential.cleared(material.edition_before.why)) if material.edition_before else ""
    return Pack(
        pack_id=material.pack,
        edition=material.edition,
        supersedes=material.supersedes,
        state="draft" if is_draft(material) else "signed",
        created=material.created,
        company=material.company,
        contact=_contact(material),
        requested_by=confidential.cleared(wanted.requested_by),
        requested_on=wanted.requested_on,
        measure=wanted.measure,
        offence=offence.in_words(wanted, profile),
        ground=wanted.ground,
        period_from=wanted.first,
        period_to=wanted.last,
        authority=Authority(code=material.authority_code, name=material.authority_name),
        school=school,
        for_the_authority=told.model_copy(update={"edition_before": to_the_authority(material, told, why)}),
        to_be_served=served,
    )


def _contact(material: Material) -> Contact | None:
    company = material.case.company
    return Contact(**company.model_dump()) if company else None


def _fields(error: ValidationError) -> str:
    """Where it does not fit and how, without a word of what stands there."""
    return "; ".join(sorted({f"{error.title} {'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in error.errors()}))
