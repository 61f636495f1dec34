"""Documents of a case: who sees them, how they end, and what their files are called when they are given back."""

import re
from datetime import UTC, date, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain.document import Audience, CaseDocument, File, Told, forgotten, struck_out, visible, with_content
from services.referrals.domain.file_name import disposition, file_name
from services.referrals.errors import NotPossible
from shared.auth import Role

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
FILE = File(type="pdf", size=1, sha256="0" * 64, chunks=1, upload="u")


def document(audience: Audience = "officers") -> CaseDocument:
    told = Told(what="Letter", kind="letter", day=date(2026, 11, 19), audience=audience, may_be_served=False, name="a.pdf")
    return CaseDocument(id="d", case="c", school="100001", child="k", author="sen", added_at=AT, state="coming", told=told)


@pytest.mark.parametrize("role", get_args(Role))
@pytest.mark.parametrize("audience", get_args(Audience))
def test_each_role_sees_what_is_for_it_and_no_other_role_sees_any(role: Role, audience: Audience) -> None:
    allowed = {
        "officer": ("officers", "officers and school"),
        "school": ("officers and school",),
        "head of service": get_args(Audience),
    }
    assert visible(document(audience), role) == (audience in allowed.get(role, ()))


def test_what_is_struck_out_stays_so_and_is_forgotten_but_for_the_fact() -> None:
    kept = with_content(document(), FILE)
    with pytest.raises(NotPossible):
        with_content(kept, FILE)
    struck = struck_out(kept, "sen", AT, "another child's")
    assert struck_out(struck, "lark", AT, "again") == struck
    gone = forgotten(struck)
    assert (gone.state, gone.told, gone.file) == ("forgotten", None, None)
    assert gone.struck is not None
    assert (gone.struck.by, gone.struck.reason) == ("sen", "")
    assert struck_out(gone, "sen", AT, "x") == gone
    with pytest.raises(NotPossible):
        struck_out(document(), "sen", AT, "x")


@pytest.mark.parametrize(
    ("name", "type_", "shown"),
    [
        ("letter.pdf", "pdf", "letter.pdf"),
        ("photo.JPEG", "jpeg", "photo.jpeg"),
        ("photo.jpg", "png", "photo.jpg.png"),
        ("../../etc/passwd", "pdf", "passwd.pdf"),
        ("C:\\Users\\x\\a.docx", "docx", "a.docx"),
        ("invoice\u202efdp.exe", "pdf", "invoicefdp.exe.pdf"),
        ('a"\r\nSet-Cookie: x', "pdf", "aSet-Cookie x.pdf"),
        (".", "eml", "document.eml"),
        ("CV Żaneta.pdf", "pdf", "CV Żaneta.pdf"),
    ],
)
def test_a_name_is_given_back_without_what_misleads(name: str, type_: str, shown: str) -> None:
    assert file_name(name, type_) == shown


@given(name=st.text(max_size=300), type_=st.sampled_from(["pdf", "jpeg", "png", "docx", "eml"]))
def test_no_name_breaks_the_header(name: str, type_: str) -> None:
    header = disposition(file_name(name, type_))
    assert re.fullmatch(r"attachment; filename=\"[ !#$&-\[\]-~]+\"; filename\*=UTF-8''[A-Za-z0-9%._~-]+", header)
