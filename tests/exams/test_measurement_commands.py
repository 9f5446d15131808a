"""`analyse_responses` and `set_cut` from file to JSON and to tables; outsiders rely on the names of the keys."""

import json
from math import log, sqrt
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.exams.rules.psychometrics.law_school import answers
from tests.exams.rules.psychometrics.tables import WUENSCH

ITEMS = [f"I{place:02d}" for place in range(1, 11)]


@pytest.fixture
def write(tmp_path: Path):
    """Write a file of this test."""

    def writing(name: str, text: str) -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return writing


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Run a command and return what it prints."""

    def running(*arguments: str) -> str:
        call_command(*arguments)
        return capsys.readouterr().out

    return running


@pytest.fixture
def wuensch(write) -> list[str]:
    """The published table as letters, B for a wrong answer."""
    rows = [f"S{place}," + ",".join("A" if right else "B" for right in row) for place, row in enumerate(WUENSCH)]
    responses = write("responses.csv", "\n".join([f"person,{','.join(ITEMS)}", *rows]))
    return [responses, "--key", write("key.csv", "item,key\n" + "".join(f"{item},A\n" for item in ITEMS))]


def test_the_keys_that_outsiders_rely_on(run, wuensch) -> None:
    found = json.loads(run("analyse_responses", *wuensch, "--cut", "7", "--json"))
    assert {"n", "k", "mean", "sd", "kr20", "alpha", "sem", "items", "decision"} <= set(found)
    item = found["items"][0]
    assert {"item", "p", "r", "r_corrected", "d_upper_lower", "alpha_if_deleted", "options", "flags"} <= set(item)
    assert {"option", "n", "proportion", "r_rest"} <= set(item["options"][0])
    assert {"p_o", "kappa"} <= set(found["decision"]["peng_subkoviak"]) & set(found["decision"]["huynh"])
    accuracy = {"accuracy", "p_o", "kappa", "false_pass", "false_fail"}
    assert accuracy <= set(found["decision"]["livingston_lewis"])
    assert (found["n"], found["k"], found["mean"]) == (10, 10, 6.6)
    assert found["kr20"] == pytest.approx(10 / 9 * (1 - 2.18 / 5.84))
    assert [o["option"] for o in item["options"]] == ["A", "B", "omit"]


def test_without_a_cut_there_is_no_decision_and_a_reason(run, wuensch) -> None:
    found = json.loads(run("analyse_responses", *wuensch, "--json"))
    assert found["decision"] is None
    assert found["reasons"]["decision"] == {"code": "no_cut", "sentence": "No cut was given."}


def test_a_calibration_of_the_law_school_test_is_that_of_ltm(run, write) -> None:
    rows = ["".join(str(int(cell)) for cell in row) for row in answers()]
    responses = write(
        "responses.csv", "person,1,2,3,4,5\n" + "".join(f"P{n},{','.join(r)}\n" for n, r in enumerate(rows))
    )
    key = write("key.csv", "item,key\n1,A\n2,B\n3,C\n4,D\n5,A\n")
    found = json.loads(run("analyse_responses", responses, "--key", key, "--irt", "1pl", "--json"))["irt"]
    assert {"model", "loglik", "converged", "items"} <= set(found)
    # R, ltm: rasch(LSAT) has the log-likelihood −2466.938 and one slope of 0.7551.
    assert (found["model"], found["converged"]) == ("1pl", True)
    assert found["loglik"] == pytest.approx(-2466.938, abs=1e-3)
    assert [item["a"] for item in found["items"]] == pytest.approx([0.7551] * 5, abs=1e-4)
    assert "0.755" in run("analyse_responses", responses, "--key", key, "--irt", "1pl")


def test_a_calibration_takes_omitted_for_wrong_and_leaves_out_pretest_items_and_what_was_not_reached(
    run, write
) -> None:
    cells = [("A", "A", "A"), ("A", "A", ""), ("B", "B", "A"), ("B", "B", "NR"), ("A", "B", "A")] * 10
    responses = write(
        "responses.csv", "person,I01,I02,I03\n" + "".join(f"P{n},{','.join(c)}\n" for n, c in enumerate(cells))
    )
    key = write("key.csv", "item,key,scored\nI01,A,\nI02,A,no\nI03,A,\n")
    found = json.loads(run("analyse_responses", responses, "--key", key, "--irt", "1pl", "--json"))["irt"]
    assert [(item["item"], item["n"]) for item in found["items"]] == [("I01", 50), ("I03", 40)]


def test_without_a_model_there_is_no_calibration_and_a_reason(run, wuensch) -> None:
    found = json.loads(run("analyse_responses", *wuensch, "--json"))
    assert found["irt"] is None
    assert found["reasons"]["irt"]["code"] == "no_model"


@pytest.fixture
def compared(write) -> list[str]:
    """300 persons of each group with one of two items right; I01 is a little harder for the focal group."""
    rows = (
        [("1,0", "reference")] * 200
        + [("0,1", "reference")] * 100
        + [("1,0", "focal")] * 190
        + [("0,1", "focal")] * 110
    )
    responses = "person,I01,I02\n" + "".join(f"P{n},{cells}\n" for n, (cells, _) in enumerate([*rows, ("1,1", "")]))
    # In another order than the responses, with somebody who is left out.
    groups = "person,group\nP600,\n" + "".join(f"P{n},{rows[n][1]}\n" for n in reversed(range(len(rows))))
    key = write("key.csv", "item,key\nI01,1\nI02,1\n")
    return [write("responses.csv", responses), "--key", key, "--groups", write("groups.csv", groups)]


def test_groups_are_compared_item_by_item(run, compared) -> None:
    first, second = json.loads(run("analyse_responses", *compared, "--json"))["dif"]
    # One stratum, a total of 1: 200 and 100 right and wrong against 190 and 110, so α = 200·110/(100·190).
    assert (first["item"], first["n_reference"], first["n_focal"], first["reasons"]) == ("I01", 300, 300, {})
    assert (first["alpha"], first["delta"]) == pytest.approx((22 / 19, -2.35 * log(22 / 19)))
    assert first["se"] == pytest.approx(2.35 * sqrt(1 / 200 + 1 / 100 + 1 / 190 + 1 / 110))
    assert (first["class"], second["class"]) == ("A", "A")
    assert second["delta"] == pytest.approx(-first["delta"])
    assert "n_reference" in run("analyse_responses", *compared)


def test_groups_too_small_or_not_given_say_so(run, wuensch, write) -> None:
    groups = write(
        "groups.csv", "person,group\n" + "".join(f"S{n},{('focal', 'reference')[n % 2]}\n" for n in range(10))
    )
    first = json.loads(run("analyse_responses", *wuensch, "--groups", groups, "--json"))["dif"][0]
    assert (first["n_reference"], first["n_focal"], first["delta"], first["class"]) == (5, 5, None, None)
    assert first["reasons"]["class"]["code"] == "group_too_small"
    assert "a group is smaller than the minimum" in run("analyse_responses", *wuensch, "--groups", groups)
    found = json.loads(run("analyse_responses", *wuensch, "--json"))
    assert (found["dif"], found["reasons"]["dif"]["code"]) == (None, "no_groups")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("S0,other", "line 2, column group: 'other' is neither reference nor focal"),
        ("X,focal", "line 2, column person: There are no responses of 'X'"),
        ("S0,focal\nS0,focal", "line 3, column person: Person S0 has a row before"),
        ("S0,focal", "groups.csv: Person S9 has no row"),
    ],
)
def test_groups_that_do_not_fit_the_responses_are_refused(run, wuensch, write, row: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run("analyse_responses", *wuensch, "--groups", write("groups.csv", f"person,group\n{row}\n"))


def test_tables_for_people_hold_the_same_figures_and_the_reasons(run, wuensch, write) -> None:
    text = run("analyse_responses", *wuensch, "--cut", "7")
    assert "10 persons, 10 scored items" in text
    assert "0.696" in text
    assert "livingston_lewis" in text
    one = write("one.csv", f"person,{','.join(ITEMS)}\nS1{',A' * 10}\n")
    assert "There is only one person" in run("analyse_responses", one, *wuensch[1:])


@pytest.mark.parametrize("cut", ["0", "11", "-1", "nan", "inf"])
def test_a_cut_that_cannot_be_is_refused(run, wuensch, cut: str) -> None:
    with pytest.raises(CommandError, match="not above 0 and at most 10"):
        run("analyse_responses", *wuensch, f"--cut={cut}")


def test_a_file_that_cannot_be_used_is_refused_with_its_place(run, wuensch, write) -> None:
    with pytest.raises(CommandError, match=r"bad.csv, line 2, column I02: '\?' is no answer"):
        run("analyse_responses", write("bad.csv", f"person,{','.join(ITEMS)}\nS1,A,?{',A' * 8}\n"), *wuensch[1:])


SCORES = ",,,,,3,1\n,,,,,4,2\n,,,,,5,2\n,,,,,6,4\n,,,,,7,5\n,,,,,8,3\n,,,,,9,2\n,,,,,10,1\n"
PANELS = {
    "angoff": "judge,round,I01,I02\nA,1,0.2,0.9\nB,1,0.9,0.8\nA,2,0.6,0.8\nB,2,0.7,0.9\n",
    "ebel": "judge,relevance,difficulty,items,expected\nA,high,easy,30,.9\nA,some,hard,20,.5\nB,high,easy,50,.7\n",
    "hofstee": "judge,k_min,k_max,f_min,f_max,score,n\nA,5,8,0.1,0.4,,\n" + SCORES,
    "beuk": "judge,cut,pass_rate,a,b,score,n\nA,6,0.6,,,,\nB,8,0.8,,,,\n" + SCORES,
    "borderline": "candidate,station,checklist,rating\n1,S1,40,1\n2,S1,50,2\n3,S1,60,3\n",
}


# Worked by hand in tests/exams/rules/psychometrics/test_standard_setting.py; Angoff's is its last round.
@pytest.mark.parametrize(
    ("method", "cut"), [("angoff", 1.5), ("ebel", 36), ("hofstee", 7), ("beuk", 7), ("borderline", 50)]
)
def test_a_cut_by_each_method(run, write, method: str, cut: float) -> None:
    path = write("panel.csv", PANELS[method])
    found = json.loads(run("set_cut", path, "--method", method, "--json"))
    assert (found["method"], found["cut"]) == (method, pytest.approx(cut))
    assert found["reasons"] == {}
    assert method in run("set_cut", path, "--method", method)


def test_angoff_keeps_every_round(run, write) -> None:
    found = json.loads(run("set_cut", write("panel.csv", PANELS["angoff"]), "--method", "angoff", "--json"))
    assert [round["cut"] for round in found["rounds"]] == pytest.approx([1.4, 1.5])
    assert found["se"] == pytest.approx(0.1)


def test_scores_come_from_one_place(run, write) -> None:
    panel = write("panel.csv", "judge,cut,pass_rate\nA,6,0.6\nB,8,0.8\n")
    apart = write("scores.csv", "person,score\n" + "".join(f"{p},{s}\n" for p, s in enumerate([5, 6, 7, 7, 9])))
    found = json.loads(run("set_cut", panel, "--method", "beuk", "--scores", apart, "--json"))
    assert found["n"] == 5
    assert json.loads(run("set_cut", panel, "--method", "beuk", "--json"))["reasons"]["cut"]["code"] == "no_persons"
    with pytest.raises(CommandError, match="leave one of them out"):
        run("set_cut", write("both.csv", PANELS["beuk"]), "--method", "beuk", "--scores", apart)
    with pytest.raises(CommandError, match="above the maximum of 8"):
        run("set_cut", panel, "--method", "beuk", "--scores", apart, "--maximum", "8")


def test_another_rating_can_mean_borderline(run, write) -> None:
    path = write("panel.csv", PANELS["borderline"])
    found = json.loads(run("set_cut", path, "--method", "borderline", "--borderline-rating", "1", "--json"))
    assert (found["cut"], found["borderline_rating"]) == (pytest.approx(40), 1)


@pytest.mark.parametrize("rating", ["nan", "inf", "-inf", "1e300"])
def test_a_rating_that_cannot_be_is_refused(run, write, rating: str) -> None:
    with pytest.raises(CommandError, match="cannot be a rating"):
        run(
            "set_cut",
            write("panel.csv", PANELS["borderline"]),
            "--method",
            "borderline",
            f"--borderline-rating={rating}",
        )


@pytest.mark.parametrize("maximum", ["-1", "0", "1000000000000"])
def test_a_maximum_that_cannot_be_is_refused(run, write, maximum: str) -> None:
    with pytest.raises(CommandError, match="cannot be the points of an exam"):
        run("set_cut", write("panel.csv", PANELS["beuk"]), "--method", "beuk", f"--maximum={maximum}")


def test_a_panel_that_cannot_be_used_is_refused_with_its_place(run, write) -> None:
    with pytest.raises(CommandError, match=r"panel\.csv, line 2, column I01: 65 does not lie between 0 and 1"):
        run("set_cut", write("panel.csv", "judge,I01\nA,65\n"), "--method", "angoff")


@pytest.mark.parametrize(
    ("method", "header", "missing"),
    [("angoff", "judge,I01\n", "rounds: none"), ("borderline", "checklist,rating\n", "stations: none")],
)
def test_a_panel_of_nobody_has_no_cut_and_says_why(run, write, method: str, header: str, missing: str) -> None:
    path = write("panel.csv", header)
    found = json.loads(run("set_cut", path, "--method", method, "--json"))
    assert found["cut"] is None
    said = run("set_cut", path, "--method", method)
    assert found["reasons"]["cut"]["sentence"] in said
    assert missing in said


def test_cuts_above_the_points_of_the_exam_are_refused(run, write) -> None:
    """Of 10 points somebody wrote 80 percent."""
    panel = write("panel.csv", PANELS["hofstee"].replace("A,5,8,", "A,5,80,"))
    with pytest.raises(CommandError, match=r"line 2, column k_max: 80 lies above the 10 points of the exam"):
        run("set_cut", panel, "--method", "hofstee", "--maximum", "10")
    panel = write("panel.csv", PANELS["beuk"].replace("B,8,", "B,80,"))
    with pytest.raises(CommandError, match=r"line 3, column cut: 80 lies above the 10 points"):
        run("set_cut", panel, "--method", "beuk", "--maximum", "10")
