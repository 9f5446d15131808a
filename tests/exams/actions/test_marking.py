"""From written answers to a score: laid out, taken, marked, marked again, adjudicated, settled."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from courses.models import Enrolment, Pathway
from exams.actions import attempts
from exams.actions.access import eligibility
from exams.actions.marking import change_marking, conclude, give_back, take_next
from exams.actions.results import ResultState
from exams.actions.saving import Save, save
from exams.actions.scoring import score
from exams.errors import AttemptError, AwardsError, MarkingError
from exams.models import Attempt, Exam, Mark, MarkingChange, MarkingTask, Result, Score
from exams.rules.marking import in_sample
from lms.accounts.models import DeclaredRelationship
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.exams.conftest import move_deadline
from tests.factories.exams import start_attempt
from tests.factories.marking import FULL, NOTHING, give, hand_in, make_essay_exam, take

pytestmark = pytest.mark.django_db

TEXT = "I stop the train and stay. The physician is told; time, dose and signs are written down."


@pytest.fixture
def seasoned(monkeypatch):
    """Markers are not new: nothing is doubled but the sample."""
    monkeypatch.setattr("exams.rules.marking.FIRST_MARKS_DOUBLED", 0)


def purposes(attempt):
    return sorted(attempt.marking_tasks.values_list("position", "purpose"))


def state_of(attempt):
    return Result.objects.get(attempt=attempt).state


def points_of(attempt):
    return [row["points"] for row in Score.objects.filter(attempt=attempt).latest("number").items]


class TestClosing:
    def test_what_is_written_waits_and_what_is_empty_does_not(self, enrolment):
        exam = make_essay_exam(3, 4, programme=enrolment.programme)
        attempt = hand_in(enrolment, exam, {1: TEXT, 2: " \n", 4: ["b"]})
        assert purposes(attempt) == [(1, "first")]
        assert state_of(attempt) == "awaiting_marking"
        assert not Score.objects.exists()
        assert Event.objects.get(verb="marking.begun").data == {"answers": 1, "twice": 0, "share": "0.00"}
        reasons = eligibility(enrolment=enrolment, exam=exam, now=timezone.now()).reasons
        assert [reason.code for reason in reasons] == ["result_pending"]

    def test_nothing_written_is_scored_at_once(self, enrolment):
        attempt = hand_in(enrolment, make_essay_exam(2, 3, programme=enrolment.programme), {3: ["b"]})
        assert state_of(attempt) == "released"
        assert points_of(attempt) == ["0", "0", "1"]
        assert not MarkingTask.objects.exists()

    def test_what_is_tried_out_is_not_marked(self, enrolment):
        exam = make_essay_exam(2, 1, 1, programme=enrolment.programme)
        attempt = hand_in(enrolment, exam, {1: TEXT, 2: TEXT})
        assert purposes(attempt) == [(1, "first")]

    def test_the_clock_lays_out_like_the_candidate(self, enrolment, trainee):
        attempt = start_attempt(enrolment, make_essay_exam(1, 1, programme=enrolment.programme))
        now = timezone.now()
        save(attempt_id=attempt.pk, token=attempt.token, answer=Save(1, 1, TEXT), by=trainee, received_at=now)
        move_deadline(attempt, timedelta(minutes=-5))
        assert attempts.close_overdue() == 1
        assert (purposes(attempt), state_of(attempt)) == ([(1, "first")], "awaiting_marking")

    def test_concluding_again_changes_nothing(self, enrolment):
        attempt = hand_in(enrolment, make_essay_exam(1, 1, twice="1", programme=enrolment.programme), {1: TEXT})
        conclude(attempt=attempt)
        assert purposes(attempt) == [(1, "first"), (1, "second")]
        assert not Score.objects.exists()

    def test_it_cannot_be_scored_before(self, enrolment):
        attempt = hand_in(enrolment, make_essay_exam(2, 2, programme=enrolment.programme), {1: TEXT, 2: TEXT})
        with pytest.raises(AttemptError, match="have to be marked first: 1, 2"):
            score(attempt=attempt)

    def test_the_sample_is_drawn_from_the_seed(self, enrolment):
        exam = make_essay_exam(6, 6, twice="0.5", programme=enrolment.programme)
        attempt = hand_in(enrolment, exam, dict.fromkeys(range(1, 7), TEXT))
        expected = [n for n in range(1, 7) if in_sample(seed=attempt.seed, position=n, share=Decimal("0.5"))]
        assert [position for position, purpose in purposes(attempt) if purpose == "second"] == expected


class TestTaking:
    @pytest.fixture
    def attempt(self, enrolment) -> Attempt:
        return hand_in(enrolment, make_essay_exam(1, 1, programme=enrolment.programme), {1: TEXT})

    def test_the_oldest_comes_first_and_nothing_comes_twice(self, enrolment, instructor, other_instructor):
        exam = make_essay_exam(2, 2, programme=enrolment.programme)
        attempt = hand_in(enrolment, exam, {1: TEXT, 2: TEXT})
        MarkingTask.objects.filter(attempt=attempt, position=2).update(laid_at=timezone.now() - timedelta(days=1))
        assert take(instructor).position == 2
        assert take(other_instructor).position == 1
        assert take_next(by=instructor) is None

    @pytest.mark.parametrize("kind", DeclaredRelationship.Kind.values)
    @pytest.mark.parametrize("turned", [False, True])
    def test_not_of_anybody_one_is_related_to(self, attempt, instructor, trainee, other_instructor, kind, turned):
        pair = (trainee, instructor) if turned else (instructor, trainee)
        DeclaredRelationship.objects.create(person=pair[0], other=pair[1], kind=kind)
        assert take_next(by=instructor) is None
        assert take_next(by=other_instructor) is not None

    def test_a_relationship_that_ended_is_no_bar(self, attempt, instructor, trainee):
        now = timezone.now()
        DeclaredRelationship.objects.create(person=instructor, other=trainee, kind="trainer", ended_at=now)
        assert take_next(by=instructor) is not None

    def test_not_ones_own(self, programme, make_person):
        both = make_person("Bo Both", Role.TRAINEE, Role.INSTRUCTOR)
        own = Enrolment.objects.create(
            person=both, programme=programme, curriculum_version="1", pathway=Pathway.ACADEMIC
        )
        hand_in(own, make_essay_exam(1, 1, programme=programme), {1: TEXT})
        assert take_next(by=both) is None

    def test_not_the_second_mark_of_what_one_marks_first(self, enrolment, instructor, other_instructor):
        exam = make_essay_exam(1, 1, twice="1", programme=enrolment.programme)
        hand_in(enrolment, exam, {1: TEXT})
        first = take(instructor)
        assert take_next(by=instructor) is None
        give(first, instructor, **FULL)
        assert take_next(by=instructor) is None
        assert take(other_instructor).purpose == "second"

    def test_the_database_refuses_two_marks_of_one_person(self, enrolment, instructor):
        attempt = hand_in(enrolment, make_essay_exam(1, 1, twice="1", programme=enrolment.programme), {1: TEXT})
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt.marking_tasks.update(marker=instructor, taken_at=timezone.now())

    def test_nobody_holds_more_than_five(self, enrolment, instructor):
        exam = make_essay_exam(6, 6, programme=enrolment.programme)
        hand_in(enrolment, exam, dict.fromkeys(range(1, 7), TEXT))
        held = [take(instructor) for _ in range(5)]
        with pytest.raises(MarkingError) as error:
            take_next(by=instructor)
        assert error.value.code == "too_many_open"
        give_back(task_id=held[0].pk, by=instructor)
        assert take(instructor) == held[0]

    @pytest.mark.parametrize("name", ["trainee", "registrar", "editor", "item_author", "physician"])
    def test_others_may_not(self, attempt, request, name):
        with pytest.raises(PermissionDenied):
            take_next(by=request.getfixturevalue(name))

    def test_given_back_it_waits_again(self, attempt, instructor, other_instructor):
        task = take(instructor)
        give_back(task_id=task.pk, by=instructor)
        assert take(other_instructor) == task
        for _ in range(2):
            with pytest.raises(MarkingError) as error:
                give_back(task_id=task.pk, by=instructor)
            assert error.value.code == "not_held"
        verbs = list(Event.objects.filter(verb__startswith="marking.").order_by("sequence").values_list("verb", "data"))
        assert verbs[1:] == [
            ("marking.taken", {"purpose": "first"}),
            ("marking.returned", {"purpose": "first", "own": True}),
            ("marking.taken", {"purpose": "first"}),
        ]

    def test_an_exam_admin_puts_back_what_others_hold(self, attempt, instructor, exam_admin):
        give_back(task_id=take(instructor).pk, by=exam_admin)
        assert MarkingTask.objects.waiting().count() == 1


@pytest.mark.usefixtures("seasoned")
class TestMarking:
    @pytest.fixture
    def attempt(self, enrolment) -> Attempt:
        """Two essays and one right answer of three."""
        exam = make_essay_exam(2, 3, programme=enrolment.programme)
        return hand_in(enrolment, exam, {1: TEXT, 2: TEXT, 3: ["b"]})

    def test_the_last_mark_scores_exactly_and_releases(self, attempt, instructor, other_instructor):
        made = give(take(instructor), instructor, " Good. ", a="2", b="1", c="0.5")
        assert (made.share, made.comment, made.awards) == ("7/10", "Good.", {"a": "2", "b": "1", "c": "0.5"})
        assert made.answer_hash == attempt.responses.get(position=1).body_hash
        assert state_of(attempt) == "awaiting_marking"
        give(take(other_instructor), other_instructor, a="1.50", b="0", c="0")
        assert state_of(attempt) == "released"
        assert points_of(attempt) == ["7/10", "3/10", "1"]
        result = Score.objects.get(attempt=attempt)
        assert (result.raw, result.passed, result.cut) == (2, True, 2)
        data = Event.objects.filter(verb="marking.marked").order_by("sequence").first().data
        assert data == {"purpose": "first", "share": "7/10", "answer": made.answer_hash, "asks_for": ""}

    def test_a_rescore_keeps_what_people_gave(self, attempt, instructor):
        for _ in range(2):
            give(take(instructor), instructor, a="1", b="0", c="0")
        again = score(attempt=attempt)
        assert (again.number, state_of(attempt)) == (2, "regraded")
        assert points_of(attempt) == ["1/5", "1/5", "1"]

    def test_with_people_in_between_it_waits_for_its_release(self, attempt, instructor):
        Exam.objects.update(release="by_people")
        for _ in range(2):
            give(take(instructor), instructor, **FULL)
        assert state_of(attempt) == ResultState.SCORED

    def test_the_same_mark_again_is_the_same_and_another_is_refused(self, attempt, instructor):
        give(take(instructor), instructor, **FULL)
        task = take(instructor)
        made = give(task, instructor, "x", **FULL)
        assert give(task, instructor, "x ", a="2.0", b="1", c="2") == made
        with pytest.raises(MarkingError) as error:
            give(task, instructor, "x", **NOTHING)
        assert error.value.code == "already_marked"
        assert (Mark.objects.count(), Score.objects.count()) == (2, 1)

    @pytest.mark.parametrize(
        ("awards", "wrong"),
        [({}, "abc"), ({"a": "2", "b": "1"}, "c"), (FULL | {"a": "2.5", "b": "0.3"}, "ab"), (FULL | {"c": "-1"}, "c")],
    )
    def test_points_that_cannot_be_are_refused(self, attempt, instructor, awards, wrong):
        task = take(instructor)
        with pytest.raises(AwardsError) as error:
            give(task, instructor, **awards)
        assert "".join(fault.criterion for fault in error.value.faults) == wrong
        assert not Mark.objects.exists()

    def test_only_whoever_holds_it_marks_it(self, attempt, instructor, other_instructor, exam_admin):
        task = take(instructor)
        for person in (other_instructor, exam_admin):
            with pytest.raises(MarkingError) as error:
                give(task, person, **FULL)
            assert error.value.code == "not_held"
        with pytest.raises(PermissionDenied):
            give(task, attempt.enrolment.person, **FULL)

    def test_a_relationship_declared_since_counts(self, attempt, instructor, trainee):
        task = take(instructor)
        DeclaredRelationship.objects.create(person=trainee, other=instructor, kind="relative")
        with pytest.raises(MarkingError) as error:
            give(task, instructor, **FULL)
        assert error.value.code == "may_not_mark"

    def test_marks_and_done_tasks_are_evidence(self, attempt, instructor):
        made = give(take(instructor), instructor, **FULL)
        for rows in (Mark.objects.all(), MarkingTask.objects.filter(pk=made.task_id)):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.update(marker=None)


@pytest.mark.usefixtures("seasoned")
class TestTwoMarkers:
    @pytest.fixture
    def attempt(self, enrolment) -> Attempt:
        """One essay that two people mark; half a point passes one item."""
        exam = make_essay_exam(1, 2, twice="1", programme=enrolment.programme)
        return hand_in(enrolment, exam, {1: TEXT, 2: ["b"]})

    def mark_twice(self, instructor, other_instructor, one: str, two: str):
        give(take(instructor), instructor, a=one, b="0", c="0")
        give(take(other_instructor), other_instructor, a=two, b="0", c="0")

    def test_near_marks_give_their_mean(self, attempt, instructor, other_instructor):
        self.mark_twice(instructor, other_instructor, "0.5", "1.5")  # 1/10 and 3/10, the limit exactly
        assert points_of(attempt) == ["1/5", "1"]

    def test_far_marks_ask_a_third_person(self, attempt, instructor, other_instructor, exam_admin, make_person):
        self.mark_twice(instructor, other_instructor, "0.5", "2")  # 1/10 and 4/10
        assert purposes(attempt) == [(1, "adjudication"), (1, "first"), (1, "second")]
        assert not Score.objects.exists()
        assert Event.objects.filter(verb="marking.marked").latest("sequence").data["asks_for"] == "adjudication"
        assert take_next(by=instructor) is None
        assert take_next(by=make_person("Ida Instructor", Role.INSTRUCTOR)) is None
        give(take(exam_admin), exam_admin, a="2", b="1", c="0.5")
        assert points_of(attempt) == ["7/10", "1"]
        assert Score.objects.get().raw == Decimal("1.7")

    def test_who_marked_does_not_adjudicate(self, attempt, exam_admin, instructor, make_person):
        self.mark_twice(exam_admin, instructor, "0", "2")
        assert take_next(by=exam_admin) is None
        other = make_person("Ola Admin", Role.EXAM_ADMIN)
        assert take(other).is_adjudication

    def test_the_limit_is_the_exams(self, attempt, instructor, other_instructor, exam_admin):
        change_marking(
            exam=attempt.exam, second_share=Decimal("1"), limit=Decimal("0.5"), reason="Short texts.", by=exam_admin
        )
        self.mark_twice(instructor, other_instructor, "0", "2")
        assert points_of(attempt) == ["1/5", "1"]


def test_the_first_five_marks_of_a_new_marker_are_doubled(enrolment, instructor):
    exam = make_essay_exam(6, 6, programme=enrolment.programme)
    attempt = hand_in(enrolment, exam, dict.fromkeys(range(1, 7), TEXT))
    for _ in range(6):
        give(take(instructor), instructor, **FULL)
    assert attempt.marking_tasks.filter(purpose="second").count() == 5
    assert Mark.objects.count() == 6
    assert state_of(attempt) == "awaiting_marking"


def test_two_essays_two_markers_a_discrepancy_and_an_adjudicator(enrolment, instructor, other_instructor, exam_admin):
    """The whole way, with markers who are new: both essays are marked twice, one goes to a third person."""
    exam = make_essay_exam(2, 4, programme=enrolment.programme)  # two points of four pass
    attempt = hand_in(enrolment, exam, {1: TEXT, 2: "I tell the physician.", 3: ["b"], 4: ["a"]})
    first, second = take(instructor), take(instructor)
    give(first, instructor, a="2", b="1", c="1")  # 4/5
    give(second, instructor, a="0", b="1", c="0")  # 1/5
    again, also = take(other_instructor), take(other_instructor)
    assert {again.purpose, also.purpose} == {"second"}
    by_place = {task.position: task for task in (again, also)}
    give(by_place[1], other_instructor, a="2", b="0.5", c="1")  # 7/10: near enough, together 3/4
    assert state_of(attempt) == "awaiting_marking"
    give(by_place[2], other_instructor, a="1", b="1", c="1")  # 3/5: too far from 1/5
    third = take(exam_admin)
    assert (third.position, third.is_adjudication) == (2, True)
    give(third, exam_admin, "Nothing is written down.", a="0.5", b="1", c="0")  # 3/10 decides
    # 3/4 + 3/10 + 1 + 0 = 2.05
    result = Score.objects.get(attempt=attempt)
    assert [Fraction(row["points"]) for row in result.items] == [Fraction(3, 4), Fraction(3, 10), 1, 0]
    assert (result.raw, result.passed) == (Decimal("2.05"), True)
    assert state_of(attempt) == "released"
    assert list(Attempt.objects.passed_by(enrolment)) == [attempt]
    steps = list(attempt.result.events.values_list("to_state", flat=True))
    assert steps == ["awaiting_marking", "scored", "released"]


class TestSettings:
    @pytest.fixture
    def exam(self, programme) -> Exam:
        return make_essay_exam(1, 1, twice="0.10", programme=programme)

    def change(self, exam, by, share="0.25", limit="0.30", reason="A new group of markers."):
        return change_marking(exam=exam, second_share=Decimal(share), limit=Decimal(limit), reason=reason, by=by)

    def test_they_change_with_a_reason_and_leave_a_row(self, exam, exam_admin):
        self.change(exam, exam_admin)
        exam.refresh_from_db()
        assert (exam.second_marking_share, exam.discrepancy_limit) == (Decimal("0.25"), Decimal("0.30"))
        assert MarkingChange.objects.get().reason == "A new group of markers."
        assert Event.objects.get(verb="marking.changed").data == {"second_share": "0.25", "limit": "0.30"}
        with pytest.raises(DatabaseError), transaction.atomic():
            MarkingChange.objects.update(reason="Other.")

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"reason": " "}, "reason_missing"),
            ({"share": "1.01"}, "out_of_range"),
            ({"limit": "-0.1"}, "out_of_range"),
            ({"share": "0.1", "limit": "0.2"}, "nothing_changed"),
        ],
    )
    def test_what_is_refused(self, exam, exam_admin, changes, code):
        with pytest.raises(MarkingError) as error:
            self.change(exam, exam_admin, **changes)
        assert error.value.code == code
        assert not MarkingChange.objects.exists()

    def test_instructors_may_not(self, exam, instructor):
        with pytest.raises(PermissionDenied):
            self.change(exam, instructor)
