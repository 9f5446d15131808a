"""Correcting a key through its pages: tried out, proposed, confirmed, and the certificates that wait after it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.models import Doubt
from exams.actions.regrades import REGRADE, preview
from exams.actions.saving import Save, save
from exams.errors import ResultError
from exams.models import ItemVersion, KeyChange, Score
from exams.rules.key_changes import KeyPolicy
from lms.accounts.roles import Role
from lms.approvals.models import Proposal
from tests.exams.staff import agree, enrol, hand_in, sit
from tests.factories.bank import ESSAY, HEAD, HOTSPOT, MATCHING, ORDERING, SHORT_TEXT, UNIT
from tests.factories.certificates import credential
from tests.factories.exams import make_exam, multiple_material, numeric_material, start_attempt

pytestmark = pytest.mark.django_db
# A circle round the second point of the picture; the item has one round the first.
CIRCLE = {"area_row": "0", "area_shape": "circle", "area_score": "1", "area_x": "90", "area_y": "40"}
CIRCLE |= {"area_radius": "10", "area_width": "", "area_height": "", "area_points": ""}


@pytest.fixture
def sat(programme, trainee, other_trainee):
    """Ada passes by answering b to question 1, Ben fails by answering a; three of four pass."""
    exam = make_exam(4, programme=programme, cut_score={"raw": 3, "method": "m", "note": "n"})
    return [sit(enrol(trainee, programme), exam, "bbb"), sit(enrol(other_trainee, programme), exam, "abb")]


@pytest.fixture
def xenia(exam_admin, client_for):
    return client_for(exam_admin)


@pytest.fixture
def second(make_person):
    return make_person("Yara Admin", Role.EXAM_ADMIN)


def drawn(material):
    return {material["code"]: HEAD.encode()} if "figure" in material else None


def address(code="D1-001"):
    return reverse("exams:key_change", args=[code, 1])


def test_tried_out_nothing_changes_and_everything_is_told(sat, xenia):
    number = credential(sat[0].enrolment).public_number
    assert address() in xenia.get(reverse("exams:bank_item", args=["D1-001"])).content.decode()
    page = xenia.post(
        address(), {"act": "preview", "policy": "rekey", "key": "a", "reason": "See 2026."}
    ).content.decode()
    assert "3 of 4, passed" in page
    assert "Stays passed" in page
    assert "Passes" in page
    assert f"Certificate {number} of Ada Trainee" in page
    assert "Propose this to a second person" in page
    assert (Proposal.objects.count(), Score.objects.count()) == (0, 2)


def test_a_removal_moves_maximum_and_cut_and_not_always_points(sat, xenia):
    """Ben had question 1 wrong: 2 of 4 become 2 of 3. Ada had it right: 3 of 4 become 2 of 3. The cut: 3 × 3 / 4."""
    page = xenia.post(address(), {"act": "preview", "policy": "remove", "reason": "See 2026."}).content.decode()
    facts = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page))
    assert (facts["Attempts scored again"], facts["Other points"], facts["Another maximum"]) == ("2", "1", "2")
    assert facts["Needed to pass"] == "2.25 of 3 points instead of 3 of 4, for 2 attempts"
    assert "Same points, another maximum, same decision" in page


def test_proposed_confirmed_and_the_certificate_kept_by_the_registrar(sat, xenia, second, registrar, client_for):
    credential(sat[0].enrolment)
    facts = {"act": "propose", "policy": "rekey", "key": "a", "reason": "See 2026."}
    page = xenia.post(address(), facts, follow=True).content.decode()
    assert "The key is as it was" in page
    proposal = Proposal.objects.get()
    agree(proposal, second, REGRADE)
    change = KeyChange.objects.get()
    assert (change.policy, change.old_key, change.new_key) == ("rekey", ["b"], ["a"])
    assert "confirmed by Yara Admin" in xenia.get(address()).content.decode()
    assert "What came of it" in xenia.get(reverse("exams:key_change_effects", args=[proposal.pk])).content.decode()
    rosa = client_for(registrar)
    listed = rosa.get(reverse("certificates:doubts")).content.decode()
    assert "Ada Trainee" in listed
    keep = reverse("certificates:keep", args=[Doubt.objects.get().pk])
    assert "Say why" in rosa.post(keep, {"note": " "}, follow=True).content.decode()
    assert "stays valid" in rosa.post(keep, {"note": "The item was fair."}, follow=True).content.decode()
    assert "already" in rosa.post(keep, {"note": "Again."}, follow=True).content.decode()
    assert "The item was fair." in rosa.get(reverse("certificates:doubts"), {"show": "decided"}).content.decode()


@pytest.mark.parametrize(
    ("material", "fields", "key"),
    [
        (multiple_material("D1-900"), {"key": ["c", "b"]}, ["b", "c"]),
        (numeric_material("D1-900"), {"value": " 57.0 ", "tolerance": "0.5"}, {"value": "57.0", "tolerance": "0.5"}),
        (ORDERING, {"place-1": "a", "place-2": "b", "place-3": "c"}, ["a", "b", "c"]),
        (MATCHING, {"prompt-1": "a", "prompt-2": "c"}, ["1:a", "2:c"]),
        (SHORT_TEXT, {"texts": " APB\r\n\r\nthumb muscle "}, {"texts": ["APB", "thumb muscle"]}),
        (HOTSPOT, CIRCLE, {"areas": [{"shape": "circle", "score": "1", "x": "90", "y": "40", "radius": "10"}]}),
    ],
)
def test_every_kind_of_item_can_get_another_key(material, fields, key, programme, xenia):
    make_exam(2, programme=programme, items=[material], drawings=drawn(material))
    xenia.post(address(material["code"]), {"act": "propose", "policy": "rekey", "reason": "Wrong."} | fields)
    assert Proposal.objects.get().payload["new_key"] == key


def test_a_number_is_corrected_in_its_own_unit(programme, xenia):
    relative = numeric_material("D1-900", scoring="tolerance_relative_percent")
    make_exam(2, programme=programme, items=[UNIT, relative])
    typed, percent = (xenia.get(address(code)).content.decode() for code in (UNIT["code"], "D1-900"))
    assert "New value (T)" in typed
    assert ">Give or take</label>" in typed
    assert "Give or take (percent of the value)" in percent


@pytest.mark.parametrize(
    ("material", "fields"),
    [
        (multiple_material("D1-900"), {}),
        (multiple_material("D1-900"), {"key": ["z"]}),
        (numeric_material("D1-900"), {"value": "57,0", "tolerance": "0.5"}),
        (numeric_material("D1-900"), {"value": "NaN", "tolerance": "0.5"}),
        (numeric_material("D1-900"), {"value": "57", "tolerance": "-1"}),
        (ORDERING, {"place-1": "a", "place-2": "a", "place-3": "c"}),
        (MATCHING, {"prompt-1": "a"}),
        (SHORT_TEXT, {"texts": " \n "}),
        (SHORT_TEXT, {"texts": "APB\napb"}),
        (SHORT_TEXT, {"texts": "\n".join(f"text {number}" for number in range(21))}),
        (HOTSPOT, {}),
        (HOTSPOT, CIRCLE | {"area_x": "195"}),  # partly outside the picture
        (HOTSPOT, CIRCLE | {"area_score": "0.5"}),
        (HOTSPOT, CIRCLE | {"area_x": "110"}),  # holds none of the labels to choose from
    ],
)
def test_what_is_no_key(material, fields, programme, xenia):
    make_exam(2, programme=programme, items=[material], drawings=drawn(material))
    reply = xenia.post(address(material["code"]), {"act": "propose", "policy": "rekey", "reason": "Wrong."} | fields)
    assert reply.status_code == 422
    assert not Proposal.objects.exists()


# By hand, of four points: Ada was wrong at the place and the word, Ben right; points and maximum of both.
ANEW = {
    "rekey": [(3, 4), (3, 4)],
    "accept_both": [(3, 4), (4, 4)],
    "full_credit": [(3, 4), (4, 4)],
    "remove": [(2, 3), (3, 3)],
}


def test_places_and_words_are_scored_by_their_new_key(programme, trainee, other_trainee, xenia, second):
    exam = make_exam(4, programme=programme, items=[HOTSPOT, SHORT_TEXT], drawings={HOTSPOT["code"]: HEAD.encode()})
    attempts = []
    for person, place, word in ((trainee, "90,40", "Thumb  muscle"), (other_trainee, "50,40", "apb")):
        attempt = start_attempt(enrol(person, programme), exam)
        answers = enumerate((["b"], ["b"]), start=3)
        saves = [Save(1, 1, [place]), Save(2, 1, word), *(Save(number, 1, value) for number, value in answers)]
        for one in saves:
            save(attempt_id=attempt.pk, token=attempt.token, answer=one, by=person, received_at=timezone.now())
        attempts.append(hand_in(attempt))
    assert [attempt.scores.get().raw for attempt in attempts] == [2, 4]
    for code, key in ((HOTSPOT["code"], CIRCLE), (SHORT_TEXT["code"], {"texts": "thumb muscle"})):
        for policy, expected in ANEW.items():
            page = xenia.post(address(code), {"act": "preview", "policy": policy, "reason": "See 2026."} | key)
            found = {effect.attempt: (effect.anew.raw, effect.anew.maximum) for effect in page.context["tried"].effects}
            assert [found[attempt.pk] for attempt in attempts] == expected, (code, policy)
    correct("accept_both", HOTSPOT["code"], xenia, second, **CIRCLE)
    assert [attempt.scores.order_by("-number")[0].raw for attempt in attempts] == [3, 4]
    assert "circle, x 90, y 40, radius 10, score 1" in xenia.get(address(HOTSPOT["code"])).content.decode()


def test_areas_are_added_and_taken_away_before_anything_is_judged(programme, xenia):
    make_exam(2, programme=programme, items=[HOTSPOT], drawings={HOTSPOT["code"]: HEAD.encode()})
    url = address(HOTSPOT["code"])
    assert xenia.get(url).content.decode().count('name="area_shape" value="circle"') == 2  # one, and the row to copy
    more = xenia.post(url, {"go": "add_circle", "policy": "rekey", "reason": "So far."} | CIRCLE)
    page = more.content.decode()
    assert (more.status_code, page.count('name="area_shape" value="circle"')) == (200, 3)
    assert "So far." in page
    assert re.search(r'value="rekey"[^>]*checked', page)
    assert "There is a problem" not in page


def test_an_essay_and_points_from_a_file_have_no_other_key(programme, xenia):
    bands = {"scoring": "bands", "scoring_parameters": {"bands": [{"low": "1", "high": "2", "score": "1"}]}}
    counted = UNIT | {"code": "D1-108"} | bands
    make_exam(3, programme=programme, items=[ESSAY, counted])
    for code, words in ((ESSAY["code"], "mark it by its rubric"), (counted["code"], "came in a file")):
        page = xenia.get(address(code)).content.decode()
        assert words in page
        assert re.findall(r'name="policy" value="(\w+)"', page) == ["full_credit", "remove"]
        refused = xenia.post(address(code), {"act": "propose", "policy": "rekey", "reason": "Wrong."})
        assert refused.status_code == 422
        with pytest.raises(ResultError, match=words) as refusal:
            preview(version=ItemVersion.objects.get(item__code=code), policy=KeyPolicy.REKEY, new_key={"value": "3"})
        assert refusal.value.code == "no_other_key"
    assert not Proposal.objects.exists()


def test_a_refusal_is_said_on_the_form(sat, xenia):
    reply = xenia.post(address(), {"act": "preview", "policy": "rekey", "key": "b", "reason": "So."})
    assert reply.status_code == 422
    assert "This is the key that the item has already." in reply.content.decode()


def test_only_versions_that_candidates_saw(sat, xenia):
    assert xenia.get(reverse("exams:key_change", args=["D1-001", 2])).status_code == 404


def correct(policy, position_code, xenia, second, **fields):
    """Let two people correct a key, and the workers score again."""
    facts = {"act": "propose", "policy": policy, "reason": "See 2026."} | fields
    xenia.post(address(position_code), facts)
    agree(Proposal.objects.order_by("-proposed_at")[0], second, REGRADE)


def test_a_correction_is_seen_where_people_look(sat, xenia, second, django_assert_num_queries):
    form = sat[0].form
    pages = [
        reverse("exams:bank_item", args=["D1-001"]),
        reverse("exams:item_history", args=["D1-001"]),
        reverse("exams:form", args=[form.pk]),
    ]
    before = "".join(xenia.get(page).content.decode() for page in pages)
    assert "was corrected" not in before
    assert "Corrections of the key" not in before
    assert "were corrected" not in before
    correct("accept_both", "D1-001", xenia, second, key="a")
    correct("remove", "D1-002", xenia, second)
    item, history, on_form = (xenia.get(page).content.decode() for page in pages)
    for page in (item, history):
        assert "nother key is right as well: a. " in page
        assert "confirmed by Yara Admin" in page
        assert "See 2026." in page
    assert "The key was corrected." in item
    assert "Nothing was decided" not in history
    assert "Second key accepted: a. " in on_form
    assert on_form.count("No longer scored") == 1
    # By hand: three of four items are left, and 3 × 3 / 4 points are needed.
    assert "3 scored items that count" in on_form
    assert "2.25 points are needed to pass instead of 3" in on_form
    with CaptureQueriesContext(connection) as few:
        xenia.get(pages[2])
    number = len(few)
    correct("full_credit", "D1-003", xenia, second)
    with django_assert_num_queries(number):
        xenia.get(pages[2])


def test_who_starts_after_a_removal_reads_what_counts_now(sat, xenia, second, make_person, programme, client_for):
    late = make_person("Late Trainee", Role.TRAINEE)
    enrol(late, programme)
    start = reverse("exams:start", args=[sat[0].exam.code])
    assert "3 points" in client_for(late).get(start).content.decode()
    correct("remove", "D1-001", xenia, second)
    page = client_for(late).get(start).content.decode()
    assert "1 more no longer counts because it was found faulty, so 3 count" in page
    assert "2.25 points of 3" in page
    correct("rekey", "D1-001", xenia, second, key="a")
    page = client_for(late).get(start).content.decode()
    assert "faulty" not in page
    assert "3 points" in page
