"""`manage.py analyse_ratings` and `manage.py equate`, as somebody with files of their own uses them."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

SHROUT = "target,J1,J2,J3,J4\n1,9,2,5,8\n2,6,1,3,2\n3,8,4,6,8\n4,7,1,2,6\n5,10,5,6,9\n6,6,2,4,7\n"
NEW = "score\n0\n0\n1\n1\n1\n2\n2\n3\n3\n4\n"
OLD = "score\n0\n1\n1\n2\n2\n3\n3\n3\n4\n4\n"


@pytest.fixture
def write(tmp_path: Path):
    def to_file(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return to_file


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def answer(*arguments: str) -> dict:
    return json.loads(run(*arguments, "--json"))


def test_ratings_of_shrout_and_fleiss(write) -> None:
    found = answer("analyse_ratings", write("r.csv", SHROUT))
    assert {form: round(value, 2) for form, value in found["icc"].items()} == {
        "1,1": 0.17,
        "2,1": 0.29,
        "3,1": 0.71,
        "1,k": 0.44,
        "2,k": 0.62,
        "3,k": 0.91,
    }
    assert set(found) == {"exact", "kappa", "kappa_weighted", "ac1", "fleiss", "icc", "reasons", "details"}
    assert found["reasons"] == {}
    assert found["details"]["pairs"][0]["mean_difference"] == pytest.approx(46 / 6 - 15 / 6)
    assert found["details"]["marginals"]["J2"]["1"] == 2
    assert found["details"]["weights"] == "quadratic"


def test_a_null_has_its_reason_beside_it(write) -> None:
    found = answer("analyse_ratings", write("r.csv", "s,A,B\n1,pass,pass\n2,pass,pass\n"))
    assert (found["exact"], found["kappa"], found["ac1"]) == (1, None, None)
    assert found["reasons"]["kappa"]["code"] == "pair_one_category"
    assert found["reasons"]["icc"]["2,k"]["code"] == "not_numeric"
    known = answer("analyse_ratings", write("r.csv", "s,A,B\n1,pass,pass\n2,pass,pass\n"), "--categories", "pass,fail")
    assert known["ac1"] == 1


def test_one_number_is_one_category_however_it_is_written(write) -> None:
    found = answer("analyse_ratings", write("r.csv", "s;A;B\n1;2,0;02\n2;1;1.0\n3;0,5;.5\n"))
    assert found["details"]["categories"] == ["0.5", "1", "2"]
    assert found["exact"] == 1


def test_ratings_for_people_at_a_terminal(write) -> None:
    text = run("analyse_ratings", write("r.csv", SHROUT), "--weights", "linear")
    assert "ICC(2,1)" in text
    assert "kappa (linear weights)" in text
    assert "J1 minus J2" in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("subject\n1\n", "no column of a rater"),
        ("s,A,A\n1,1,1\n", "stands twice"),
        ("s,A,B\n1,1\n", "line 2: The line has 2 columns, the header has 3"),
        ("s,A,B\n1,1,1\n1,2,2\n", "line 3, column s: Subject 1 stood on line 2 before"),
        ("s,A,B\n,1,1\n", "line 2, column s: The subject has no name"),
        ("s,A,B\n1,1,1e400\n", "line 2, column B: 1e400 is no rating: numbers go to 1,000,000,000 at most"),
        ("s,A,B\n1,1,7\n", "line 2, column B: '7' is none of the categories 1, 2"),
    ],
)
def test_ratings_that_cannot_be_read_say_where(write, text: str, words: str) -> None:
    with pytest.raises(CommandError) as refused:
        run("analyse_ratings", write("r.csv", text), "--categories", "1,2")
    assert words in str(refused.value)
    assert "r.csv" in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run("analyse_ratings", str(tmp_path / "none.csv"))


def test_equating_puts_new_scores_on_the_old_scale(write) -> None:
    found = answer("equate", write("new.csv", NEW), write("old.csv", OLD), "--method", "equipercentile")
    assert [row["old"] for row in found["table"]] == pytest.approx([0.5, 1.75, 2.8333, 3.5, 4.25], abs=1e-4)
    assert found["direction"] == "new form to the scale of the old form"
    assert (found["n_new"], found["n_old"], found["slope"]) == (10, 10, None)
    shifted = answer("equate", write("new.csv", NEW), write("old.csv", OLD), "--method", "mean")
    assert shifted["intercept"] == pytest.approx(2.3 - 1.7)
    assert shifted["table"][0] == {"new": 0, "old": pytest.approx(0.6)}


def test_few_persons_keep_their_scores_unless_a_method_is_asked_for(write) -> None:
    found = answer("equate", write("new.csv", NEW), write("old.csv", OLD))
    assert found["method"] == found["recommended"]["method"] == "identity"
    assert "10 persons" in found["recommended"]["reasons"][0]


def test_anchor_scores_are_used_by_tucker(write) -> None:
    people = "".join(f"p{n},{n % 11},{n % 11 // 2}\n" for n in range(120))
    new, old = write("new.csv", f"person,score,anchor\n{people}"), write("old.csv", f"person,score,anchor\n{people}")
    found = answer("equate", new, old, "--anchor-items", "5", "--new-maximum", "12")
    assert found["method"] == "tucker"
    assert (found["slope"], found["intercept"]) == (pytest.approx(1), pytest.approx(0))
    assert len(found["table"]) == 13
    assert found["recommended"]["doubts"] == []
    assert answer("equate", new, old, "--anchor-items", "1")["recommended"]["doubts"] != []


def test_a_method_without_what_it_needs_gives_null_with_a_reason(write) -> None:
    found = answer("equate", write("new.csv", NEW), write("old.csv", OLD), "--method", "tucker")
    assert {row["old"] for row in found["table"]} == {None}
    assert found["reasons"]["0"]["code"] == "no_anchor_scores"


def test_rasch_anchors_link_difficulties(write) -> None:
    new = write("new.csv", "item,b\n" + "".join(f"I{n},0\n" for n in range(1, 11)) + "N1,1\n")
    old = write("old.csv", "item,b\n" + "".join(f"I{n},{n / 10}\n" for n in range(1, 10)) + "I10,3\nO1,1\n")
    found = answer("equate", new, old)
    assert found["method"] == "rasch"
    assert found["anchors"]["shift"] == pytest.approx(0.5)
    assert found["anchors"]["dropped"] == ["I10"]
    chosen = answer("equate", new, old, "--anchors", write("a.csv", "item\nI1\nI3\n"))
    assert chosen["anchors"]["shift"] == pytest.approx(0.2)
    assert "too few to see" in chosen["recommended"]["doubts"][-1]
    text = run("equate", new, old)
    assert "dropped: I10" in text
    assert "new form to the scale of the old form" in text


@pytest.mark.parametrize(
    ("new", "old", "arguments", "words"),
    [
        ("person\n1\n", OLD, (), "The header lacks score; it has person"),
        ("score\n3\nx\n", OLD, (), "new.csv, line 3, column score: 'x' is no number"),
        ("score\n3\n1.5\n", OLD, (), "line 3, column score: 1.5 is no whole number"),
        ("score,anchor\n3,\n", OLD, (), "line 2, column anchor: The cell is blank"),
        (NEW, "score\n9\n", ("--old-maximum", "4"), "old.csv, line 2, column score: 9 does not lie between 0 and 4"),
        (NEW, "item,b\nI1,0\n", (), "One file holds scores and the other difficulties"),
        (NEW, OLD, ("--method", "rasch"), "need files of difficulties"),
        ("item,b\nI1,0\n", "item,b\nI1,0\n", ("--method", "mean"), "by rasch only"),
        ("item,b\nI1,0\nI1,1\n", "item,b\nI1,0\n", (), "line 3, column item: Item I1 has a row before"),
        ("item,b\nI1,99\n", "item,b\nI1,0\n", (), "line 2, column b: 99 does not lie between"),
        (NEW, OLD, ("--new-maximum", "0"), "cannot have 0 points"),
        (NEW, OLD, ("--anchor-items", "-1"), "cannot be negative"),
        (NEW, OLD, ("--new-maximum", "9" * 30), "give a number from 1 to"),
        (NEW, OLD, ("--anchor-items", "9" * 30), "The forms cannot share 999"),
        (NEW, OLD, ("--anchor-items", "2"), "needs the column anchor in both files"),
        ("score,anchor\n3,1\n", OLD, (), "One file has a column anchor and the other has none"),
        ("item,b\nI1,0\n", "item,b\nI1,0\n", ("--old-maximum", "3"), "--old-maximum: only for files of scores"),
    ],
)
def test_files_that_cannot_be_equated_say_what_to_mend(write, new: str, old: str, arguments: tuple, words: str) -> None:
    with pytest.raises(CommandError) as refused:
        run("equate", write("new.csv", new), write("old.csv", old), *arguments)
    assert words in str(refused.value)


def test_an_anchor_that_is_not_on_both_forms(write) -> None:
    new, old = write("new.csv", "item,b\nI1,0\nN1,0\n"), write("old.csv", "item,b\nI1,0\n")
    with pytest.raises(CommandError, match="not on both forms: N1"):
        run("equate", new, old, "--anchors", write("a.csv", "item\nI1\nN1\n"))


def test_forms_without_a_common_item(write) -> None:
    found = answer("equate", write("new.csv", "item,b\nN1,0\n"), write("old.csv", "item,b\nO1,0\n"))
    assert found["reasons"]["0"]["code"] == "no_common_items"
    assert found["recommended"]["method"] == "identity"
