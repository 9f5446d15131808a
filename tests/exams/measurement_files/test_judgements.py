"""Files of judgements: what is read, and what is refused with row and column."""

from pathlib import Path

import pytest

from exams.errors import MeasurementFileError
from exams.measurement_files import judgements


@pytest.fixture
def file(tmp_path: Path):
    """Write a file of judgements."""

    def writing(text: str) -> Path:
        path = tmp_path / "panel.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return writing


def test_angoff_in_rounds_with_decimal_commas(file) -> None:
    found = judgements.read_angoff(file("Round;Judge;I01;I02\n2;A;0,6;\n1;A;0,5;0,7\n1;B;1;0\n"))
    assert found.items == ("I01", "I02")
    assert found.rounds == {1: {"A": (0.5, 0.7), "B": (1.0, 0.0)}, 2: {"A": (0.6, None)}}
    assert list(found.rounds) == [1, 2]


def test_a_panel_and_scores_in_one_file(file) -> None:
    text = "judge,k_min,k_max,f_min,f_max,score,n\nA,5,8,0.1,0.4,,\n,,,,,7,3\n,,,,,7.5,\n"
    found = judgements.read_hofstee(file(text))
    assert (found.judges[0].k_min, found.judges[0].f_max) == (5, 0.4)
    assert found.scores == {7: 3, 7.5: 1}


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (
            "read_angoff",
            "judge,I01\nA,65\n",
            "line 2, column I01: 65 does not lie between 0 and 1; write 65 % as 0.65.",
        ),
        ("read_angoff", "judge,I01\nA,high\n", "line 2, column I01: 'high' is no number."),
        ("read_angoff", "judge,I01\nA,nan\n", "'nan' is no number"),
        ("read_angoff", "judge,I01\n,0.5\n", "line 2, column judge: The cell is blank."),
        ("read_angoff", "judge,I01\nA,.5\nA,.6\n", "line 3, column judge: Judge A has a row for round 1 before."),
        ("read_angoff", "judge,round,I01\nA,1.5,.6\n", "column round: 1.5 is no number of a round"),
        ("read_angoff", "who,I01\nA,.6\n", "The header lacks judge"),
        ("read_angoff", "judge,round\nA,1\n", "No column holds an item."),
        ("read_hofstee", "judge,k_min,k_max,f_min,f_max\nA,8,5,.1,.4\n", "k_min lies above k_max."),
        ("read_hofstee", "judge,k_min,k_max,f_min,f_max\nA,5,8,.5,.4\n", "f_min lies above f_max."),
        ("read_hofstee", "judge,k_min,k_max,f_min,f_max\nA,5,,.1,.4\n", "line 2, column k_max: The cell is blank."),
        ("read_beuk", "judge,cut,pass_rate\nA,-1,.6\n", "column cut: -1 cannot be points."),
        ("read_beuk", "judge,cut,pass_rate\nA,5,.6\nA,6,.6\n", "line 3, column judge: Judge A has a row before."),
        ("read_beuk", "judge,cut,pass_rate,score,n\n,,,7,1.5\n", "column n: 1.5 is no number of persons"),
        ("read_scores", "score\n1e300\n", "cannot be points"),
        ("read_scores", "score,n\n7,1e99999999\n", "line 2, column n: 1E+99999999 is no number of persons"),
        ("read_scores", "score,n\n7,many\n", "line 2, column n: 'many' is no number."),
        ("read_angoff", "judge,round,I01\nA,1e5000,.6\n", "line 2, column round: 1E+5000 is no number of a round"),
        ("read_angoff", "judge,round,I01\nA,1e99999999,.6\n", "column round: 1E+99999999 is no number of a round"),
        ("read_angoff", "judge,round,I01\nA,-1,.6\n", "column round: -1 is no number of a round"),
        ("read_borderline", "checklist,rating\n1e400,2\n", "line 2, column checklist: 1E+400 cannot be points."),
        ("read_borderline", "checklist,rating\n50,1\n1e200,2\n", "line 3, column checklist: 1E+200 cannot be points."),
        ("read_borderline", "checklist,rating\n50,-1e400\n", "line 2, column rating: -1E+400 cannot be a rating."),
        ("read_borderline", "checklist,rating\n50,\n", "line 2, column rating: The cell is blank."),
        ("read_borderline", "checklist,grade\n50,2\n", "The header lacks rating"),
        (
            "read_ebel",
            "judge,relevance,difficulty,items,expected\nA,high,easy,10,.9\nB,high,easy,9,.9\n",
            "The judges sorted different numbers of items: A 10, B 9.",
        ),
        (
            "read_ebel",
            "judge,relevance,difficulty,items,expected\nA,high,easy,1e300,.9\n",
            "line 2, column items: 1E+300 is no number of items",
        ),
        (
            "read_ebel",
            "judge,relevance,difficulty,items,expected\nA,high,easy,2.5,.9\n",
            "column items: 2.5 is no number of items",
        ),
        (
            "read_ebel",
            "judge,relevance,difficulty,items,expected\nA,high,easy,2,.9\nA,high,easy,2,.9\n",
            "line 3: Judge A has high, easy on a row before.",
        ),
    ],
)
def test_what_cannot_be_used_is_named_with_its_place(file, read: str, text: str, said: str) -> None:
    with pytest.raises(MeasurementFileError) as caught:
        getattr(judgements, read)(file(text))
    assert said in caught.value.sentence
