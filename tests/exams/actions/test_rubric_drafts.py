"""A rubric draft from its start to a version in force, with every refusal on the way."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from courses.models import Enrolment
from exams.actions.rubric_approval import hand_in
from exams.actions.rubric_drafts import (
    change_parts,
    codes_ever,
    discard,
    newest_of,
    proposal_of,
    save_part,
    start_draft,
    take_newer_base,
)
from exams.errors import PracticalError, RubricError
from exams.models import DraftState, RubricDraft, RubricDraftChange, RubricVersion
from exams.practical_loading import load_practical
from exams.rules.rubric_edits import add_station, part_digest, remove, with_general, with_station
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.approvals.actions import confirm, decline, withdraw
from lms.approvals.errors import ProposalError
from lms.audit.models import Event
from tests.factories.practicals import make_sitting
from tests.factories.rubrics import begin_draft, hand_in_changed, retitled

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(enrolment: Enrolment, exam_admin: User) -> RubricDraft:
    """Xenia's draft, nothing changed."""
    return begin_draft(enrolment, exam_admin)


@pytest.fixture
def second(make_person) -> User:
    """Yara, an exam administrator who wrote nothing."""
    return make_person("Yara Second", Role.EXAM_ADMIN)


def refused(act) -> str:
    with pytest.raises((RubricError, ProposalError, PracticalError)) as refusal:
        act()
    return refusal.value.code


def test_a_draft_becomes_the_version_that_new_sittings_take(draft, exam_admin, second, enrolment, instructor) -> None:
    earlier = make_sitting(enrolment, instructor, stations=["P01"])
    proposal = hand_in_changed(draft, exam_admin)
    assert newest_of(draft.rubric).number == 1  # nothing is in force before somebody else says so
    confirm(proposal_id=proposal.pk, by=second)
    draft.refresh_from_db()
    version = draft.version
    assert (draft.state, version.number, version.plain.title) == (DraftState.APPROVED, 2, "Another title")
    assert make_sitting(enrolment, instructor, stations=["P02"]).rubric_version == version
    earlier.refresh_from_db()
    assert (earlier.rubric_version.number, earlier.rubric.title) == (1, "TMS technician practical")
    event = Event.objects.get(verb="rubric.version_created", target_id=str(version.pk))
    assert (event.data["number"], event.data["draft"]) == (2, str(draft.pk))


def test_an_author_does_not_approve(draft, exam_admin, second, make_person) -> None:
    change_parts(draft=draft, part="", edit=retitled("By the second"), by=second)
    proposal = hand_in(draft=draft, reason="Because.", by=exam_admin)
    assert refused(lambda: confirm(proposal_id=proposal.pk, by=exam_admin)) == "own_proposal"
    assert refused(lambda: confirm(proposal_id=proposal.pk, by=second)) == "concerns_you"
    confirm(proposal_id=proposal.pk, by=make_person("Zoe Third", Role.EXAM_ADMIN))


def test_who_began_a_draft_does_not_approve_what_others_wrote(draft, exam_admin, second) -> None:
    change_parts(draft=draft, part="", edit=retitled(), by=second)
    proposal = hand_in(draft=draft, reason="Because.", by=second)
    assert refused(lambda: confirm(proposal_id=proposal.pk, by=exam_admin)) == "concerns_you"


@pytest.mark.parametrize("decide", ["decline", "withdraw"])
def test_what_waits_does_not_change_until_it_comes_back(draft, exam_admin, second, decide) -> None:
    proposal = hand_in_changed(draft, exam_admin)
    assert proposal_of(draft) == proposal
    again = {"draft": draft, "by": exam_admin}
    acts = [
        lambda: change_parts(part="", edit=retitled("Later"), **again),
        lambda: save_part(part="P01", typed={}, seen="", edit=lambda content, _: content, **again),
        lambda: discard(**again),
        lambda: take_newer_base(**again),
        lambda: hand_in(reason="Twice.", **again),
    ]
    assert [refused(act) for act in acts] == ["draft_waits"] * 5
    if decide == "decline":
        decline(proposal_id=proposal.pk, by=second, note="Not yet.")
    else:
        withdraw(proposal_id=proposal.pk, by=exam_admin)
    assert change_parts(part="", edit=retitled("Later"), **again)


def test_handing_in_is_refused_with_faults_without_changes_and_without_a_reason(draft, exam_admin) -> None:
    assert refused(lambda: hand_in(draft=draft, reason="Same.", by=exam_admin)) == "nothing_changed"
    change_parts(draft=draft, part="", edit=lambda content: add_station(content, ())[0], by=exam_admin)
    assert refused(lambda: hand_in(draft=draft, reason="Empty.", by=exam_admin)) == "has_faults"
    change_parts(draft=draft, part="", edit=lambda content: retitled()(remove(content, "P03")), by=exam_admin)
    assert refused(lambda: hand_in(draft=draft, reason=" ", by=exam_admin)) == "reason_missing"


def test_one_draft_at_a_time(draft, exam_admin) -> None:
    assert refused(lambda: start_draft(rubric=draft.rubric, by=exam_admin)) == "draft_there"
    discard(draft=draft, by=exam_admin)
    assert start_draft(rubric=draft.rubric, by=exam_admin).pk != draft.pk


def test_a_closed_draft_is_frozen_also_in_the_database(draft, exam_admin) -> None:
    change_parts(draft=draft, part="", edit=retitled(), by=exam_admin)
    discard(draft=draft, by=exam_admin)
    assert refused(lambda: change_parts(draft=draft, part="", edit=retitled("B"), by=exam_admin)) == "draft_closed"
    assert refused(lambda: discard(draft=draft, by=exam_admin)) == "draft_closed"
    for rows in (RubricDraft.objects.filter(pk=draft.pk), RubricDraftChange.objects.all()):
        with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
            rows.update(rev=99)


def test_an_approved_version_is_frozen_before_anybody_uses_it(draft, exam_admin, second) -> None:
    confirm(proposal_id=hand_in_changed(draft, exam_admin).pk, by=second)
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        RubricVersion.objects.filter(number=2).update(digest="0" * 64)


def test_two_people_at_one_part_do_not_overwrite_each_other(draft, exam_admin, second) -> None:
    seen = part_digest(draft.content, "P01")

    def save(by: User, title: str, seen: str = seen, part: str = "P01") -> bool:
        typed = {"title": [title]}
        return save_part(
            draft=draft, part=part, typed=typed, seen=seen, by=by,
            edit=lambda content, given: with_station(content, part, given) if part else with_general(content, given),
        )  # fmt: skip

    assert save(second, "Second")
    with pytest.raises(RubricError) as refusal:
        save(exam_admin, "Mine")
    assert (refusal.value.code, "Yara Second changed this part" in refusal.value.sentence) == ("overtaken", True)
    assert save(exam_admin, "Other station", part_digest(draft.content, "P02"), "P02")
    assert save(exam_admin, "General", part_digest(draft.content, ""), "")
    assert not save(exam_admin, "General", part_digest(draft.content, ""), "")  # the same again is no change
    rows = draft.changes.values_list("rev", "part", "by__full_name")
    assert list(rows) == [(1, "P01", "Yara Second"), (2, "P02", "Xenia Admin"), (3, "", "Xenia Admin")]
    first = draft.changes.get(rev=1)
    assert (first.before["title"], first.after["title"]) == ("Title of P01", "Second")


def test_a_part_that_went_meanwhile_is_said(draft, exam_admin) -> None:
    change_parts(draft=draft, part="", edit=lambda content: remove(content, "P01"), by=exam_admin)
    typed = {"title": ["Too late"]}
    edit = {"edit": lambda content, given: with_station(content, "P01", given)}
    act = lambda: save_part(draft=draft, part="P01", typed=typed, seen="x", by=exam_admin, **edit)  # noqa: E731
    assert refused(act) == "part_gone"


def test_only_exam_administrators_write(draft, registrar, instructor, physician) -> None:
    for person in (registrar, instructor, physician):
        with pytest.raises(PermissionDenied):
            change_parts(draft=draft, part="", edit=retitled(), by=person)
        with pytest.raises(PermissionDenied):
            start_draft(rubric=draft.rubric, by=person)


def newer_file(draft: RubricDraft, **changes):
    return draft.base.content | {"title": "From the file"} | changes


def test_a_version_that_came_meanwhile_has_to_be_looked_at(draft, exam_admin, second) -> None:
    proposal = hand_in_changed(draft, exam_admin)
    loaded = load_practical(newer_file(draft))
    assert refused(lambda: confirm(proposal_id=proposal.pk, by=second)) == "stale_base"
    withdraw(proposal_id=proposal.pk, by=exam_admin)
    assert refused(lambda: hand_in(draft=draft, reason="Still.", by=exam_admin)) == "stale_base"
    assert take_newer_base(draft=draft, by=exam_admin).base == loaded
    assert refused(lambda: take_newer_base(draft=draft, by=exam_admin)) == "base_is_newest"
    confirm(proposal_id=hand_in(draft=draft, reason="Compared.", by=exam_admin).pk, by=second)
    assert newest_of(draft.rubric).number == 3


def test_files_do_not_overwrite_what_was_approved_here(draft, exam_admin, second) -> None:
    old = draft.base.content
    confirm(proposal_id=hand_in_changed(draft, exam_admin).pk, by=second)
    assert load_practical(old).number == 2  # the file that everything began with: loaded again, it changes nothing
    assert refused(lambda: load_practical(newer_file(draft, version=2))) == "edited_on_site"
    assert RubricVersion.objects.count() == 2
    assert load_practical(newer_file(draft, version=3)).plain.title == "From the file"
    assert load_practical(newer_file(draft, version=3)).number == 3


def test_a_code_of_any_version_is_taken(draft, exam_admin, second) -> None:
    change_parts(draft=draft, part="", edit=lambda content: remove(content, "P02"), by=exam_admin)
    confirm(proposal_id=hand_in(draft=draft, reason="One less.", by=exam_admin).pk, by=second)
    later = start_draft(rubric=draft.rubric, by=exam_admin)
    assert add_station(later.content, codes_ever(draft.rubric))[1] == "P03"


def test_the_database_holds_one_open_draft(draft) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        RubricDraft.objects.create(
            rubric=draft.rubric, base=draft.base, content=draft.content, started_by=draft.started_by
        )


@pytest.mark.parametrize(
    ("limits", "changes", "code"),
    [
        ({"allowed_settings": ["patient"]}, {"simulated": True}, "setting_not_allowed"),
        ({"allowed_settings": ["simulated"]}, {"simulated": False}, "setting_not_allowed"),
        ({"allowed_devices": ["deep"]}, {}, "device_not_allowed"),
        ({"allowed_settings": ["simulated"], "allowed_devices": ["figure_eight"]}, {}, ""),
    ],
)
def test_sittings_keep_to_the_setting_and_device_that_are_allowed(
    enrolment, instructor, exam_admin, second, limits, changes, code
) -> None:
    draft = begin_draft(enrolment, exam_admin)

    def edit(content):
        first, *rest = content["stations"]
        return content | {"stations": [first | limits, *rest]}

    change_parts(draft=draft, part="P01", edit=edit, by=exam_admin)
    confirm(proposal_id=hand_in(draft=draft, reason="Safer.", by=exam_admin).pk, by=second)
    assert make_sitting(enrolment, instructor, stations=["P02"], **changes)
    if code:
        assert refused(lambda: make_sitting(enrolment, instructor, stations=["P01"], **changes)) == code
    else:
        assert make_sitting(enrolment, instructor, stations=["P01"], **changes)
