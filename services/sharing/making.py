"""The files of a pack, made from all that is held of it. Laying out takes processor time, so it leaves the event loop to others."""

import asyncio

from pydantic import ValidationError

from services.sharing.domain import evidence, pack
from services.sharing.domain import gathered as words
from services.sharing.domain.assemble import CodeNotExplained, assemble
from services.sharing.domain.document import PackNotPrinted, pdf
from services.sharing.domain.material import Material
from services.sharing.errors import PackNotMade
from services.sharing.gathering import Gathered


async def files_of(gathered: Gathered) -> dict[str, bytes]:
    """By name. PackNotMade, which says where and how it does not fit and not a word of what stands there."""
    try:
        made = _assembled(gathered.material)
    except CodeNotExplained:
        raise PackNotMade("a code without its meaning") from None
    except ValidationError as error:
        raise PackNotMade(f"what was answered does not fit: {_fields(error)}") from None
    try:
        printed = await asyncio.to_thread(pdf, made)
    except PackNotPrinted:
        raise PackNotMade("not printable") from None
    return {"pack.json": made.as_json(), "pack.pdf": printed}


def _assembled(material: Material) -> pack.Pack:
    wanted, signed = material.wanted, material.certificate
    request = evidence.EnforcementRequest(
        measure=wanted.measure,
        requested_by=wanted.requested_by,
        requested_on=wanted.requested_on,
        period_from=wanted.first,
        period_to=wanted.last,
        head_teacher=signed.signed.name if signed else None,
        signed_on=signed.signed.on if signed else None,
    )
    register = signed.register if signed else material.register
    return assemble(
        request,
        words.attendance(material.person, register, material.withheld),
        words.chronology(material.case, wanted.parent, material.person),
        pack.School(name=material.school.name, urn=material.school.school),
        pack.Authority(code=material.authority_code, name=material.authority_name),
        pack_id=material.pack,
        created=material.created,
        company=material.company,
        threshold=material.school.penalty_threshold,
    )


def _fields(error: ValidationError) -> str:
    return "; ".join(sorted({f"{error.title} {'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in error.errors()}))
