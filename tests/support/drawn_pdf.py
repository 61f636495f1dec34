"""PDFs written operator by operator, for what no program that makes letters would draw."""

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def line(text: str) -> bytes:
    """Operators that draw one line."""
    return b"BT /F1 12 Tf 40 700 Td (%s) Tj ET" % text.encode("latin1")


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), more, data)


def drawn(*pages: bytes, font: bytes = FONT, beside: bytes = b"", catalog: bytes = b"", page: bytes = b"") -> bytes:
    """A file with these pages, each its operators or a whole stream. `beside`: an object of its own, number 6 where there is one page;
    `catalog`, `page`: what stands in these beside what is needed."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * place) for place in range(len(pages)))
    objects = [b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>", b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % len(pages), font]
    for place, content in enumerate(pages):
        shown = b"/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>" % (5 + 2 * place)
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]" + shown + page + b">>")
        objects.append(content if content.startswith(b"<<") else stream(content))
    return _written([*objects, beside] if beside else objects)


def _written(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.7\n", list[int]()
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
