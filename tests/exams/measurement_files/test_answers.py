"""Files of keys and responses: what is read, and what is refused with row and column."""

from pathlib import Path

import pytest

from exams.errors import MeasurementFileError
from exams.measurement_files.answers import read_responses
from exams.measurement_files.keys import read_keys
from exams.rules.psychometrics.responses import Responses

KEY = "item,key\nI01,A\nI02,B\n"


@pytest.fixture
def read(tmp_path: Path):
    """Write both files and read them."""

    def reading(responses: str | bytes, key: str = KEY, **options: bool) -> Responses:
        (tmp_path / "key.csv").write_text(key, encoding="utf-8")
        raw = responses if isinstance(responses, bytes) else responses.encode()
        (tmp_path / "responses.csv").write_bytes(raw)
        return read_responses(tmp_path / "responses.csv", read_keys(tmp_path / "key.csv"), **options)

    return reading


def cells(found: Responses) -> list[list[str]]:
    spelled = ["omitted", "NR", *found.labels]
    return [[spelled[code] for code in row] for row in found.choices]


def test_letters_and_blanks(read) -> None:
    found = read("person,I01,I02\nP1,A,C\nP2,,B\n")
    assert cells(found) == [["A", "C"], ["omitted", "B"]]
    assert found.totals.tolist() == [1, 1]
    assert not found.dichotomous


@pytest.mark.parametrize(
    "text",
    [
        "person;I01;I02\nP1;A;C\nP2;;B\n",
        "person\tI01\tI02\nP1\tA\tC\nP2\t\tB\n",
        "\ufeffperson,I01,I02\r\nP1,A,C\r\nP2,,B\r\n",
        'person,"I01","I02"\n"P1, first","A","C"\nP2,,B\n',
        "person, I01 ,I02\nP1, a ,c\n,,\nP2,  ,b\n\n ,,\n",
        "person,I02,I01\nP1,C,A\nP2,B,\n",
    ],
)
def test_other_separators_marks_quotes_cases_and_orders_say_the_same(read, text: str) -> None:
    found = read(text)
    place = [item.item for item in found.items].index("I01")
    assert [row[place] for row in cells(found)] == ["A", "omitted"]
    assert [row[1 - place] for row in cells(found)] == ["C", "B"]
    assert found.totals.tolist() == [1, 1]


def test_scores_need_no_key_but_a_list_of_items(read) -> None:
    for key in (KEY, "item,key\nI01,\nI02,\n", "item,key\nI01,1\nI02,1\n", "item,key\nI01,3\nI02,4\n"):
        found = read("person,I01,I02\nP1,1,0\nP2,,1\n", key)
        assert found.dichotomous
        assert found.totals.tolist() == [1, 1]


def test_digits_as_options_are_not_taken_for_scores(read) -> None:
    found = read("person,I01,I02\nP1,1,3\nP2,1,1\n", "item,key\nI01,1\nI02,3\n")
    assert not found.dichotomous
    assert found.totals.tolist() == [2, 1]
    # Everybody chose option 1, which is right once.
    assert read("person,I01,I02\nP1,1,1\n", "item,key\nI01,1\nI02,3\n").totals.tolist() == [1]
    # True and false as 1 and 0, with false right.
    assert read("person,I01,I02\nP1,0,1\n", "item,key\nI01,0\nI02,1\n").totals.tolist() == [2]


def test_several_keys_and_pretest_items(read) -> None:
    key = "item,key,options,scored\nI01,A|C,ABCD,yes\nI02,B,A|B,no\n"
    found = read("person,I01,I02\nP1,C,B\nP2,D,A\n", key)
    assert found.totals.tolist() == [1, 0]
    assert [item.scored for item in found.items] == [True, False]
    assert found.items[0].options == ("A", "B", "C", "D")


def test_not_reached_is_marked_or_asked_for(read) -> None:
    text = "person,I01,I02\nP1,A,NR\nP2,,B\nP3,A,\nP4,,\nP5,,NR\n"
    both = [["A", "NR"], ["omitted", "B"]]
    assert cells(read(text)) == [*both, ["A", "omitted"], ["omitted", "omitted"], ["omitted", "NR"]]
    asked = read(text, trailing_blanks_not_reached=True)
    assert cells(asked) == [*both, ["A", "NR"], ["NR", "NR"], ["NR", "NR"]]


def test_nobody_at_all_is_no_error(read) -> None:
    assert read("person,I01,I02\n").persons == 0


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("person,I01,I02\nP1,A,ZZ\n", KEY, "responses.csv, line 2, column I02: 'ZZ' is no answer"),
        ("person,I01,I02\nP1,A,B\nP2,A\n", KEY, "responses.csv, line 3: The line has 2 columns, the header has 3."),
        ("person,I01,I02\nP1,A,B\n,A,B\n", KEY, "line 3, column person: The person has no name or number."),
        ("person,I01,I02\nP1,A,B\nP1,A,B\n", KEY, "line 3, column person: Person P1 stood on line 2 before."),
        ("person,I01,I01\nP1,A,B\n", KEY, "line 1, column I01: The name stands twice, over columns 2 and 3."),
        ("person,I01,\nP1,A,B\n", KEY, "line 1: Column 3 of the header has no name."),
        ("person,I01,I03\nP1,A,B\n", KEY, "line 1, column I03: There is no key for this item."),
        ("person,I01\nP1,A\n", KEY, "The file of keys has item I02, which has no column here."),
        ("I01,I02\nA,B\n", KEY, "The first column has to name the person, not an item."),
        ("person,I01,I02\nP1,A,1\n", KEY, "line 2, column I02: 1 is no option of this item, whose key is B."),
        ("", KEY, "The file is empty"),
        ('person,I01,I02\nP1,"A,B\n', KEY, "No CSV"),
        ("person,I01,I02\nP\xe4,A,B\n".encode("latin-1"), KEY, "not UTF-8"),
        ("person,I01,I02\nP1,A,B\n".encode("utf-16"), KEY, "not UTF-8"),
        (
            "person,I01,I02\nP1,A,B\n",
            "item,key\nI01,A\nI01,B\n",
            "key.csv, line 3, column item: Item I01 stood on line 2",
        ),
        ("person,I01,I02\nP1,A,B\n", "item,key\nI01,AB\n", "key.csv, line 2, column key: 'AB' is no option"),
        (
            "person,I01,I02\nP1,A,B\n",
            "item,right\nI01,A\n",
            "key.csv, line 1: The header lacks key; it has item, right.",
        ),
        ("person,I01,I02\nP1,A,B\n", "item,key\n", "key.csv: The file names no item."),
        ("person,I01,I02\nP1,A,B\n", "item,key\n,A\n", "key.csv, line 2, column item: The item has no name."),
        ("person,I01,I02\nP1,A,B\n", "item,key\nI01,A\nI02,\n", "column I02: The item has no key, and the answers"),
        (
            "person,I01\nP1,E\n",
            "item,key,options\nI01,A,ABCD\n",
            "E is no option of this item, whose options are A, B, C, D.",
        ),
        (
            "person,I01\nP1,A\n",
            "item,key,options\nI01,E,ABCD\n",
            "key.csv, line 2, column key: E is not among the options.",
        ),
        ("person,I01\nP1,A\n", "item,key,scored\nI01,A,perhaps\n", "column scored: 'perhaps' is neither yes nor no."),
    ],
)
def test_what_cannot_be_used_is_named_with_its_place(read, text: str | bytes, key: str, said: str) -> None:
    with pytest.raises(MeasurementFileError) as caught:
        read(text, key)
    assert said in caught.value.sentence


def test_all_faults_are_told_at_once_up_to_twenty(read) -> None:
    with pytest.raises(MeasurementFileError) as caught:
        read("person,I01,I02\nP1,?,!\nP1,A,B\n")
    assert len(caught.value.faults) == 3
    with pytest.raises(MeasurementFileError) as caught:
        read("person,I01,I02\n" + "".join(f"P{place},?,A\n" for place in range(50)))
    assert len(caught.value.faults) == 20


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MeasurementFileError, match="cannot be read"):
        read_keys(tmp_path / "nothing.csv")
