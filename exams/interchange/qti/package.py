"""QTI packages: a ZIP with a manifest that names every item and the files it needs."""

import posixpath
from collections.abc import Sequence
from urllib.parse import unquote

from exams.errors import ExchangeError
from exams.interchange.archive import Archive, pack
from exams.interchange.findings import Finding, Note, Outcome
from exams.interchange.qti.facts import NAMESPACE, facts_of
from exams.interchange.qti.names import ITEM, with_old_names
from exams.interchange.qti.reading import Media, read_item_element
from exams.interchange.qti.writing import identifier_of, item_element, picture_name
from exams.interchange.tree import ExchangeItem
from exams.interchange.xml_tree import Element, element, parse, serialise

MANIFEST = "imsmanifest.xml"
ITEM_TYPES = ("imsqti_item_xmlv2p", "imsqti_item_xmlv3p", "imsqti_apipitem", "imsqti_item")
TEST_TYPES = ("imsqti_test", "imsqti_section", "imsqti_assessment")
FILE_TYPES = ("webcontent", "associatedcontent", "css2", "controlfile", "resourcemetadata", "resprocessing")
MANIFEST_NAMESPACES = {
    "qti21": "http://www.imsglobal.org/xsd/imscp_v1p1",
    "qti3": "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
}
SCHEMAS = {"qti21": ("QTIv2.1 Package", "1.0.0"), "qti3": ("QTI Package", "3.0.0")}
RESOURCE_TYPES = {"qti21": "imsqti_item_xmlv2p1", "qti3": "imsqti_item_xmlv3p0"}
MOST_ITEMS = 2000


def write_package(items: Sequence[ExchangeItem], version: str) -> bytes:
    """Write items, each with its picture and facts, as a package of "qti21" or "qti3"."""
    files: dict[str, bytes] = {}
    resources = []
    for item in items:
        identifier = identifier_of(item)
        href = f"{identifier}.xml"
        files[href] = serialise(item_element(item, version))
        names = [href]
        if item.picture is not None:
            names.append(picture_name(item.picture))
            files[names[1]] = item.picture.content
        facts = Element("facts", {"xmlns": NAMESPACE}, (facts_of(item),))
        parts = [element("metadata", facts), *(element("file", href=name) for name in names)]
        resources.append(
            element("resource", *parts, identifier=f"res-{identifier}", type=RESOURCE_TYPES[version], href=href)
        )
    schema, schema_version = SCHEMAS[version]
    head = element("metadata", element("schema", schema), element("schemaversion", schema_version))
    parts = [head, element("organizations"), element("resources", *resources)]
    attributes = {"xmlns": MANIFEST_NAMESPACES[version], "identifier": "items"}
    manifest = Element("manifest", attributes, tuple(parts))
    return pack({MANIFEST: serialise(manifest), **files})


def read_package(archive: Archive) -> list[Finding]:
    """Read every item that the manifest names. Raises `ExchangeError` for a package that has no usable manifest."""
    place = _manifest_place(archive)
    manifest = parse(archive.read(posixpath.join(place, MANIFEST)) or b"", MANIFEST)
    resources = [resource for part in manifest.elements("resources") for resource in part.elements("resource")]
    if len(resources) > MOST_ITEMS:
        raise ExchangeError(
            "too_many_items", f"The package names more than {MOST_ITEMS} resources. Cut it into several."
        )
    return [
        finding
        for resource in resources
        for finding in [_read_resource(archive, place, resource)]
        if finding is not None
    ]


def _manifest_place(archive: Archive) -> str:
    places = [posixpath.dirname(name) for name in archive.names if posixpath.basename(name) == MANIFEST]
    if "" in places:
        return ""
    if len(places) != 1:
        raise ExchangeError("no_manifest", f"The package has no {MANIFEST} at its top, so nothing says what is in it.")
    return places[0]


def _read_resource(archive: Archive, place: str, resource: Element) -> Finding | None:
    kind, href = resource.get("type").lower(), resource.get("href")
    if kind.startswith(FILE_TYPES) or ("learning-application-resource" in kind):
        return None
    where = href or resource.get("identifier")
    if kind.startswith(TEST_TYPES):
        note = Note("test_not_kept", "A test: its items are imported, their order and sections are not.")
        return Finding(where, "", "", Outcome.UNSUPPORTED, notes=(note,))
    if not kind.startswith(ITEM_TYPES):
        note = Note("resource_unknown", f"A resource of the type “{resource.get('type')[:60]}” cannot be imported.")
        return Finding(where, "", "", Outcome.UNSUPPORTED, notes=(note,))
    name = resolved(place, href)
    data = archive.read(name) if name else None
    if data is None:
        note = Note("file_missing", f"The manifest names {href[:100]}, which is not in the package.")
        return Finding(where, "", "", Outcome.REFUSED, notes=(note,))
    facts = next((e.text for e in resource.walk() if e.name == "facts" and e.namespace == NAMESPACE), None)

    def media(source: str) -> bytes | None:
        target = resolved(posixpath.dirname(name), source)
        return archive.read(target) if target else None

    return _read_document(data, where, media, facts)


def read_item_file(data: bytes, where: str) -> list[Finding]:
    """Read one item that stands alone, without package; it has no pictures and no facts."""
    return [_read_document(data, where, lambda _: None, None)]


def _read_document(data: bytes, where: str, media: Media, facts: str | None) -> Finding:
    try:
        root = with_old_names(parse(data, where))
    except ExchangeError as error:
        return Finding(where, "", "", Outcome.REFUSED, notes=(Note(error.code, error.sentence),))
    if root.name != ITEM:
        note = Note("not_an_item", f"<{root.name[:40]}> is no QTI item of 2.1, 2.2 or 3.0.")
        return Finding(where, "", "", Outcome.UNSUPPORTED, notes=(note,))
    return read_item_element(root, where, media, facts)


def resolved(folder: str, href: str) -> str:
    """Return the name in the archive that a reference means, or "" when it leads out of the package."""
    path = unquote(href.partition("#")[0].partition("?")[0])
    if not path or path.startswith("/") or "\\" in path or "://" in path or "\x00" in path:
        return ""
    name = posixpath.normpath(posixpath.join(folder, path))
    return "" if name.startswith("..") else name
