"""What is made of files as other systems write them, item by item."""

import io

import pytest
from openpyxl import Workbook

from exams.errors import ExchangeError
from exams.interchange.files import read_file
from exams.interchange.findings import Finding, Outcome
from exams.interchange.tree import ExchangeItem
from exams.rules.item_kinds import ScoringRule
from tests.exams.interchange import samples
from tests.exams.interchange.samples import choices, declare, png_head, qti


def findings(data: bytes | str, name: str = "file.xml") -> tuple[Finding, ...]:
    return read_file(data.encode() if isinstance(data, str) else data, name).findings


def one(data: bytes) -> Finding:
    (finding,) = findings(data)
    return finding


def item_of(finding: Finding) -> ExchangeItem:
    assert finding.item is not None, finding.notes
    return finding.item


def codes(finding: Finding) -> list[str]:
    return [note.code for note in finding.notes]


def test_a_package_of_3_0_is_read_with_its_picture_and_its_dead_ends_are_named() -> None:
    first, test, gone, outside, other = findings(samples.qti3_package())
    item = item_of(first)
    assert (item.stem, item.fixed_order) == ("Look at the *head*.\n\nWhich are true?", True)
    assert [option.text for option in item.options] == ["One", "Two", "10³ pulses"]
    assert (item.scoring, item.key) == (ScoringRule.QTI_MAP_RESPONSE, ("a", "c"))
    mapping = {"mapping": {"a": "1", "c": "1"}, "default": "-0.5", "lower_bound": "0", "upper_bound": "2"}
    assert dict(item.parameters) == mapping
    assert item.picture is not None
    assert (item.picture.content, item.picture.alt) == (samples.SVG, "A head from above.")
    assert first.outcome is Outcome.IMPORTED
    assert [codes(each) for each in (test, gone, outside, other)] == [
        ["test_not_kept"],
        ["file_missing"],
        ["file_missing"],
        ["resource_unknown"],
    ]


@pytest.mark.parametrize(
    ("svg", "code"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>', "picture_unsafe"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>', "picture_unsafe"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><a href="http://x"/></svg>', "picture_unsafe"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', "picture_unsafe"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>'.encode("utf-16"), "picture_kind"),
        (b"GIF89a<svg", "picture_kind"),
        (b"\x89PNG\r\n\x1a\n<svg", "picture_broken"),
        (png_head(9000, 10), "picture_unsafe"),
        (png_head(4001, 4000), "picture_unsafe"),
        (png_head(40_000, 40_000), "picture_unsafe"),
    ],
)
def test_pictures_with_code_or_outside_references_are_refused(svg: bytes, code: str) -> None:
    assert codes(findings(samples.qti3_package(svg))[0]) == [code]


def test_a_choice_of_2_1() -> None:
    finding = one(qti(f"<p>Which?</p>{choices('One', '<b>Two</b>')}", declare("B")))
    item = item_of(finding)
    assert (item.key, item.options[1].text, item.fixed_order) == (("b",), "Two", False)
    assert codes(finding) == ["markup_dropped", "ids_renamed"]
    assert item.code == "Q1"


WITHIN = (
    '<responseProcessing><responseCondition><responseIf><equal toleranceMode="{mode}" tolerance="{tolerance}">'
    '<variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal>'
    '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf>'
    "</responseCondition></responseProcessing>"
)
ENTRY = '<p>It is <textEntryInteraction responseIdentifier="RESPONSE"/> mm.</p>'


def test_a_number_inside_a_sentence_with_its_tolerance() -> None:
    number = declare("5.0", base="float")
    item = item_of(one(qti(ENTRY, number, WITHIN.format(mode="absolute", tolerance="0.5"))))
    assert (item.stem, item.key) == ("It is \\_\\_\\_\\_ mm.", {"value": "5.0", "tolerance": "0.5", "unit": ""})
    relative = item_of(one(qti(ENTRY, number, WITHIN.format(mode="relative", tolerance="10 10"))))
    assert relative.scoring is ScoringRule.TOLERANCE_RELATIVE_PERCENT
    lopsided = item_of(one(qti(ENTRY, number, WITHIN.format(mode="absolute", tolerance="1 2"))))
    assert lopsided.parameters == {"bands": [{"low": "4.0", "high": "7.0", "score": "1"}]}


def test_texts_in_qti_match_with_capitals_and_here_without() -> None:
    finding = one(qti(ENTRY, declare("APB", base="string")))
    assert (item_of(finding).key, codes(finding)) == ({"texts": ["APB"]}, ["case_ignored"])


MATCH = (
    '<p>Who?</p><matchInteraction responseIdentifier="RESPONSE" shuffle="true"><simpleMatchSet>'
    '<simpleAssociableChoice identifier="L1" matchMax="1">Doses</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="L2" matchMax="1">Holds</simpleAssociableChoice></simpleMatchSet>'
    "<simpleMatchSet>"
    '<simpleAssociableChoice identifier="T1" matchMax="0">Technician</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="T2" matchMax="0">Physician</simpleAssociableChoice></simpleMatchSet>'
    "</matchInteraction>"
)


def test_pairs_are_read_whichever_way_round_they_stand() -> None:
    item = item_of(one(qti(MATCH, declare("L1 T2", "T1 L2", cardinality="multiple", base="directedPair"))))
    text_of = {option.id: option.text for option in item.options}
    assert {p.text: text_of[item.key[p.id]] for p in item.prompts} == {"Doses": "Physician", "Holds": "Technician"}
    assert item.scoring is ScoringRule.ALL_OR_NOTHING


POINT = (
    '<selectPointInteraction responseIdentifier="RESPONSE" maxChoices="1">'
    '<object type="image/svg+xml" data="a.svg"/></selectPointInteraction>'
)


@pytest.mark.parametrize(
    ("data", "outcome", "code"),
    [
        (qti(choices("a", "b"), declare("C")), "refused", "key_unknown"),
        (qti(f"<p>?</p>{choices('a', 'b')}", declare("A", "B")), "refused", "key_unusable"),
        (qti(f"<p>?</p>{choices('a', 'a')}", declare("A")), "refused", "options_same"),
        (qti(choices("a", "b"), declare("A")), "refused", "no_stem"),
        (qti(f"<p>?</p>{choices('a', 'b')}".replace('"B"', '"A"'), declare("A")), "refused", "identifier_twice"),
        (qti(f"<p>?</p>{choices('a', 'b')}", ""), "refused", "response_undeclared"),
        (qti(f"<p>?</p>{choices('a', 'b')}", declare("A"), adaptive="true"), "unsupported", "adaptive"),
        (qti(f"{choices('a', 'b')}{choices('c', 'd')}", declare("A")), "unsupported", "interactions"),
        (qti('<sliderInteraction responseIdentifier="RESPONSE"/>', declare("1")), "unsupported", "interaction"),
        (qti(f"<p>?</p>{choices('a', 'b')}", declare("A"), "<responseProcessing><exitResponse/></responseProcessing>"),
         "unsupported", "processing"),
        (qti(f"<p>?</p>{choices('a', 'b')}", declare("A"), "match_somehow"), "unsupported", "processing"),
        (qti(f"<p>?</p>{choices('a', '<img src=&quot;x&quot;/>'.replace('&quot;', chr(34)))}", declare("A")),
         "unsupported", "media"),
        (qti(f"<p>?<img src='http://x/y.png' alt='x'/></p>{choices('a', 'b')}", declare("A")),
         "unsupported", "picture_elsewhere"),
        (qti(f"<p>m<sup>abc</sup></p>{choices('a', 'b')}", declare("A")), "unsupported", "raised_text"),
        (qti(f"<p>?</p>{POINT}", declare(base="point")), "refused", "picture_missing"),
        (qti("<p>?</p>", declare("A")), "unsupported", "interactions"),
    ],
)  # fmt: skip
def test_what_qti_can_say_and_items_cannot_is_reported(data: bytes, outcome: str, code: str) -> None:
    finding = one(data)
    assert (finding.outcome.value, codes(finding)) == (outcome, [code])
    assert finding.item is None


def test_losses_of_qti_are_named() -> None:
    limited = one(qti(f"<p>?</p>{choices('a', 'b', 'c', most='2')}", declare("A", "B", cardinality="multiple")))
    assert codes(limited) == ["limit_dropped", "ids_renamed"]
    silent = one(qti(f"<p>?</p>{choices('a', 'b')}", declare("A"), "", title="A coil"))
    assert codes(silent) == ["processing_assumed", "title_dropped", "ids_renamed"]


def test_moodle_questions() -> None:
    choice, thirds, keyless, number, text, pairs, truth, cloze, description = findings(samples.MOODLE)
    item = item_of(choice)
    assert (item.code, item.content_area, item.level) == ("D1-901", "D1", "recall")
    assert (item.stem, item.rationale) == ("Which coil is **focal**?", "It is so.")
    assert [(o.text, o.reason) for o in item.options] == [("Round", "No."), ("Figure-of-eight", "")]
    assert item.key == ("b",)
    assert codes(choice) == ["markup_dropped", "tag_dropped", "title_dropped"]
    assert item_of(thirds).parameters["fractions"] == {"a": "33.33333", "b": "33.33333", "c": "33.33333", "d": "-100"}
    assert codes(keyless) == ["key_missing"]
    bands = [{"low": "1.4", "high": "1.6", "score": "1"}, {"low": "1", "high": "2", "score": "0.5"}]
    assert item_of(number).parameters == {"bands": bands}
    assert (item_of(text).scoring, item_of(text).key) == (ScoringRule.WILDCARD, {"texts": ["APB", "*pollicis*"]})
    assert codes(text) == ["case_ignored"]
    assert len(item_of(pairs).options) == 3
    assert item_of(truth).key == ("b",)
    assert [codes(each) for each in (cloze, description)] == [["type"], ["type"]]


def test_gift_questions() -> None:
    choice, truth, number, bands, text, pairs, missing, several, essay, bare, braces = findings(samples.GIFT, "q.gift")
    item = item_of(choice)
    assert (item.code, item.content_area, item.level) == ("D1-911", "D1", "apply")
    assert (item.stem, item.rationale) == ("Which coil is focal = narrow?", "It is so.")
    assert [(o.text, o.reason) for o in item.options][1] == ("Figure-of-eight", "Yes.")
    assert (item.key, choice.outcome) == (("b",), Outcome.IMPORTED)
    assert (item_of(truth).stem, [o.reason for o in item_of(truth).options]) == ("What {now}?", ["Right.", "Wrong."])
    assert item_of(number).key == {"value": "5", "tolerance": "0.5", "unit": ""}
    assert item_of(bands).parameters["bands"][1] == {"low": "1", "high": "9", "score": "0.5"}
    assert item_of(text).key == {"texts": ["Barker", "A. T. Barker"]}
    assert len(item_of(pairs).prompts) == 3
    assert item_of(missing).stem == "Two plus \\_\\_\\_\\_ is four."
    assert item_of(several).parameters["fractions"] == {"a": "50", "b": "50", "c": "-100"}
    assert codes(essay) == ["no_guidance", "no_rubric"]
    assert [codes(each) for each in (bare, braces)] == [["type"], ["braces"]]


def test_rows_of_a_table() -> None:
    choice, number, keyless, riddle, bands, text = findings(samples.CSV, "items.csv")
    assert (item_of(choice).stem, item_of(choice).key) == ('Which, "now"?', ("b",))
    assert item_of(number).key == {"value": "56.4", "tolerance": "0.1", "unit": "% MSO"}
    assert codes(number) == ["rule_assumed"]
    assert [codes(each) for each in (keyless, riddle)] == [["key_unusable"], ["kind_unknown"]]
    assert codes(bands) == ["parameters_unusable"]
    assert item_of(text).key == {"texts": ["=2"]}
    semicolons = samples.CSV.replace(",", ";").replace('"Which; ""now""?"', "Which?")
    assert item_of(findings(semicolons, "items.csv")[0]).key == ("b",)


def test_a_sheet_is_a_table_whatever_its_cells_are() -> None:
    book = Workbook()
    book.active.append(["Kind", "Stem", "Key", "Tolerance", "Scoring"])
    book.active.append(["numeric", "How many?", 5, 0.5, "tolerance_absolute"])
    saved = io.BytesIO()
    book.save(saved)
    (finding,) = findings(saved.getvalue(), "items.xlsx")
    assert item_of(finding).key == {"value": "5", "tolerance": "0.5", "unit": ""}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_columns"),
        ("kind,kind,stem\n", "column_twice"),
        ("a,b\n", "no_columns"),
        ('kind,stem\n"x', "table_broken"),
    ],
)
def test_tables_without_a_head_are_refused(text: str, code: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        read_file(text.encode(), "items.csv")
    assert caught.value.code == code


def test_items_that_share_a_code_are_refused_both() -> None:
    twice = "// [id:D1-1]\nOne? {T}\n\n// [id:D1-1]\nTwo? {F}\n"
    assert [codes(finding) for finding in findings(twice, "q.gift")] == [["code_twice"], ["code_twice"]]


def test_ids_that_tell_the_key_are_replaced() -> None:
    order = (
        '<p>Order.</p><orderInteraction responseIdentifier="RESPONSE">'
        '<simpleChoice identifier="a">First</simpleChoice><simpleChoice identifier="b">Second</simpleChoice>'
        '<simpleChoice identifier="c">Third</simpleChoice></orderInteraction>'
    )
    finding = one(qti(order, declare("a", "b", "c", cardinality="ordered")))
    item = item_of(finding)
    text_of = {option.id: option.text for option in item.options}
    assert [text_of[option] for option in item.key] == ["First", "Second", "Third"]
    assert list(item.key) != sorted(item.key)
    assert codes(finding) == ["ids_renamed"]


def test_texts_worth_nothing_are_not_accepted_however_nothing_is_written() -> None:
    (finding,) = findings("Yes? {=%100%yes =%0.0%no =%00%never =%-0%not}", "q.gift")
    assert item_of(finding).key == {"texts": ["yes"]}


def test_only_what_a_question_begins_with_is_its_title() -> None:
    inside, before = findings("Is A::B::C right? {T}\n\n::A title:: Is A::B::C right? {T}", "q.gift")
    assert [item_of(finding).stem for finding in (inside, before)] == ["Is A::B::C right?"] * 2
    assert (codes(inside), codes(before)) == ([], ["title_dropped"])


def moodle(kind: str, *answers: tuple[str, str], more: str = "") -> bytes:
    """Write one question of Moodle with answers and what they are worth."""
    written = "".join(f'<answer fraction="{percent}"><text>{text}</text></answer>' for text, percent in answers)
    text = "<questiontext><text>Which?</text></questiontext>"
    return f'<quiz><question type="{kind}">{text}{written}{more}</question></quiz>'.encode()


@pytest.mark.parametrize(
    ("key", "held"),
    [
        ("{=%0%APB =apb}", False),
        ("{=%0%not APB =*APB}", False),
        ("{=%0%*APB =the* =FDI}", False),
        ("{=%0.0%a* =*b}", False),
        ("{=*APB =%0%not APB}", True),
        ("{=%0%a* =b* =c}", True),
        ("{=%0%*a =*b =c}", True),
        ("{#=%0%5:0.1 =5:1}", False),
        ("{#=%0%5:0.1 =5.2:0.1}", False),
        ("{#=5:1 =%0%5:0.1}", True),
        ("{#=%0%5:0.1 =5.3:0.1}", True),
    ],
)
def test_a_wrong_answer_that_takes_from_a_right_one_because_it_stands_first_cannot_be_held(
    key: str, held: bool
) -> None:
    (finding,) = findings(f"Which? {key}", "q.gift")
    assert (finding.item is not None) is held
    assert held or codes(finding) == ["first_counts"]


def test_the_first_answer_of_moodle_takes_from_the_later_ones() -> None:
    assert codes(one(moodle("shortanswer", ("apb", "0"), ("APB", "100")))) == ["first_counts"]
    assert codes(one(moodle("shortanswer", ("*", "0"), ("APB", "100")))) == ["first_counts"]
    assert item_of(one(moodle("shortanswer", ("APB", "100"), ("*", "0")))).key == {"texts": ["APB"]}
    assert codes(one(moodle("numerical", ("5", "0"), ("5", "100")))) == ["first_counts"]
    assert codes(one(moodle("numerical", ("*", "0"), ("5", "100")))) == ["first_counts"]
    assert item_of(one(moodle("numerical", ("5", "100"), ("5", "0"), ("*", "0")))).key["value"] == "5"


@pytest.mark.parametrize(
    ("bounds", "gains", "noted"),
    [
        ("", ("1", "0"), []),
        ("", ("1", "-0.5"), ["penalty_dropped"]),
        ('defaultValue="-1"', ("1",), ["penalty_dropped"]),
        ('lowerBound="0"', ("1", "-0.5"), []),
        ("", ("2", "0"), ["points_dropped"]),
        ('upperBound="1"', ("2", "0"), []),
        ("", ("0.5", "-1"), ["penalty_dropped", "points_dropped"]),
    ],
)
def test_points_of_a_single_choice_that_are_lost_are_named(
    bounds: str, gains: tuple[str, ...], noted: list[str]
) -> None:
    entries = "".join(
        f'<mapEntry mapKey="{letter}" mappedValue="{gain}"/>' for letter, gain in zip("AB", gains, strict=False)
    )
    declared = declare("A", mapping=f"<mapping {bounds}>{entries}</mapping>")
    finding = one(qti(f"<p>?</p>{choices('a', 'b')}", declared, "map_response"))
    assert codes(finding) == [*noted, "ids_renamed"]
    assert item_of(finding).scoring is ScoringRule.MATCH_CORRECT


@pytest.mark.parametrize(
    ("names", "grading", "noted"),
    [
        (("T", "mT"), "<unitgradingtype>1</unitgradingtype><unitpenalty>1.0</unitpenalty>", []),
        (("T", "mT"), "<unitgradingtype>1</unitgradingtype><unitpenalty>0.1</unitpenalty>", ["penalty_changed"]),
        (("T", "mT"), "<unitgradingtype>2</unitgradingtype>", ["penalty_changed"]),
        (("T", "mT"), "<unitgradingtype>0</unitgradingtype><unitpenalty>0.1</unitpenalty>", ["unit_needed"]),
        (("T", "mT"), "", ["unit_needed"]),
        (("T",), "<unitgradingtype>1</unitgradingtype><unitpenalty>0.1</unitpenalty>", ["unit_optional"]),
        (("T",), "<unitgradingtype>0</unitgradingtype><unitpenalty>0.1</unitpenalty>", []),
    ],
)
def test_what_a_wrong_unit_cost_in_moodle_is_named_where_it_is_not_kept(
    names: tuple[str, ...], grading: str, noted: list[str]
) -> None:
    units = "".join(
        f"<unit><multiplier>{times}</multiplier><unit_name>{name}</unit_name></unit>"
        for name, times in zip(names, ("1", "1000"), strict=False)
    )
    finding = one(moodle("numerical", ("1.5", "100"), more=f"<units>{units}</units>{grading}"))
    assert codes(finding) == noted
    assert item_of(finding).key["unit"] == "T"
