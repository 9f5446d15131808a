"""Files that were sound, spoiled at random: bytes, pieces and whole parts of archives."""

import io
import re
import zipfile
from random import Random
from xml.sax.saxutils import escape

from tests.exams.interchange import samples
from tests.exams.interchange.hostile import archive
from tests.exams.interchange.samples import choices, declare, qti

PIECES = [
    *(
        b"<",
        b">",
        b"&",
        b"&amp;",
        b"]]>",
        b"<![CDATA[",
        b'"',
        b"'",
        b"\x00",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xef\xbf\xbd",
    ),
    *(
        b"<p>" * 70,
        b"<b>",
        b"</p>",
        b"<script>x</script>",
        b"<![if",
        b"<!--",
        b"&#99999999999;",
        b"<a b='",
        b"<img src='a'>",
        b"<table><tr><td>|",
        b"<sup>2</sup>",
    ),
    *(b"-1", b"1e99", b"0.1e-9", b"NaN", b"33.33333", b"9" * 40, b"%", b"%50%", b"100", b"..", b"::", b"->", b"####"),
    *(b"{", b"}", b"=", b"~", b"#", b"\\", b"\\n", b"\n\n", b"//", b"[html]", b"[tag:area:D1]", b"$CATEGORY: x/D1"),
    *(
        b"identifier",
        b"RESPONSE",
        b"A",
        b"true",
        b"single",
        b"multiple",
        b"directedPair",
        b"float",
        b"string",
        b"point",
    ),
    *(
        b"* a\n",
        b"1. ",
        b"| a | b |",
        b"```",
        b"**",
        b"_",
        b"`",
        b"$",
        b",",
        b";",
        b'""',
        b"=1+1",
        b"[[[[",
        b"{" * 2000,
    ),
]


NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?")
# Short to write, and as exact numbers larger than any memory.
POWERS = [b"1e9999999", b"-1e9999999", b"1e-9999999", b"1e999", b"1e99", b"1/0", b"Infinity", b"NaN", b"1_0", b"9" * 40]


def _with_power(data: bytes, chance: Random) -> bytes:
    """Put a monstrous number in the place of one that stands there."""
    found = list(NUMBER.finditer(data))
    if not found:
        return data
    one = chance.choice(found)
    return data[: one.start()] + chance.choice(POWERS) + data[one.end() :]


def mutated(data: bytes, chance: Random) -> bytes:
    """Spoil bytes in one to six places."""
    for _ in range(chance.randint(1, 6)):
        if chance.random() < 0.15:
            data = _with_power(data, chance)
            continue
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 1, 1, 2, 5, 20, 100]))
        match chance.randrange(5):
            case 0:
                new = b""
            case 1:
                new = chance.choice(PIECES)
            case 2:
                new = data[start:end] * chance.randint(2, 4)
            case 3:
                other = chance.randrange(len(data) + 1)
                new = data[other : other + chance.choice([1, 5, 20, 100])]
            case _:
                new = bytes([chance.randrange(256)])
        data = data[:start] + new + data[end:]
    return data


VALUE = re.compile(rb'="([^"<]*)"|>([^<>]+)<')
LEAF = re.compile(rb"<([A-Za-z-]+)(?: [^<>]*)?(?:/>|>[^<>]*</\1>)")


def mutated_xml(data: bytes, chance: Random) -> bytes:
    """Spoil values, texts and whole elements and keep it XML; seldom, spoil bytes."""
    if chance.random() < 0.1:
        return mutated(data, chance)
    for _ in range(chance.randint(1, 4)):
        if chance.random() < 0.15:
            data = _with_power(data, chance)
            continue
        found = list((VALUE if chance.random() < 0.6 else LEAF).finditer(data))
        if not found:
            return data
        one, other = chance.choice(found), chance.choice(found)
        if one.re is VALUE:
            group = 1 if one[1] is not None else 2
            start, end = one.span(group)
            value = chance.choice([chance.choice(PIECES), other[1] or other[2] or b""])
            text = value.replace(b"\x00", b"").decode("utf-8", "ignore")
            new = escape(text, {'"': "&quot;"}).encode()
        else:
            start, end = one.span()
            new = chance.choice([b"", one[0] * 2, other[0], one[0] + other[0]])
        data = data[:start] + new + data[end:]
    return data


def mutated_archive(data: bytes, chance: Random) -> bytes:
    """Spoil one part of an archive, or, seldom, the archive itself."""
    if chance.random() < 0.15:
        return mutated(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = chance.choice(list(parts))
    spoil = mutated_xml if name.endswith((".xml", ".svg", ".rels")) else mutated
    parts[name] = spoil(parts[name], chance)
    return archive(parts)


_NUMBER = (
    "<responseProcessing><responseCondition><responseIf>"
    '<equal toleranceMode="absolute" tolerance="0.5"><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/>'
    '</equal><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
    "</responseIf></responseCondition></responseProcessing>"
)
QTI_ITEMS = [
    qti(f"<p>Which <b>one</b>?</p>{choices('One', 'Two', 'Three')}", declare("B")),
    qti('<p>It is <textEntryInteraction responseIdentifier="RESPONSE"/></p>', declare("5", base="float"), _NUMBER),
    samples.QTI3_ITEM,
]
