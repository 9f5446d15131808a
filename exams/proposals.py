"""Acts of exams that need two people: how they are told to the second one, and the jobs that carry them out."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from exams.actions import cut_adoption, pending, policies, regrades, releases
from exams.key_words import key_in_words
from exams.models import (
    Attempt,
    Blueprint,
    Exam,
    FormItem,
    ItemVersion,
    KeyChange,
    Release,
    Result,
    Score,
    Section,
    StandardSettingPanel,
)
from exams.panel_reading import adoption_in_words, recommended_in_words
from exams.rules.key_changes import KeyPolicy
from exams.rules.result_policy import ResultState
from lms.accounts.models import User
from lms.accounts.permissions import Permission
from lms.approvals.models import Proposal
from lms.approvals.registry import Description, Kind, needs_two_people
from lms.jobs.registry import handles

NAMED = 3


def describe_release(proposal: Proposal) -> Description:
    """Say how many results would be let out; the page behind the link lists them."""
    scores = Score.objects.filter(pk__in=proposal.payload["scores"])
    numbers = scores.aggregate(all=Count("pk"), passed=Count("pk", filter=Q(passed=True)))
    exams = sorted(set(scores.values_list("attempt__exam__title", flat=True)))
    facts = (
        ("Exam", ", ".join(exams)),
        ("Results", str(numbers["all"])),
        ("Passed", str(numbers["passed"])),
        ("Not passed", str(numbers["all"] - numbers["passed"])),
        ("Digest of the list", proposal.payload["digest"][:16]),
    )
    sentence = "These results are shown to the candidates and count. Each candidate gets a mail."
    return Description(sentence, facts, reverse("exams:release_batch", args=[proposal.pk]))


def _changes_in_words(counts: dict[str, int]) -> str:
    """Say how many scores change, and in what, where the proposal kept that."""
    if "points" not in counts:
        return str(counts["changed"])
    return f"{counts['changed']}: other points in {counts['points']}, another maximum in {counts['maximum']}"


def describe_key_change(proposal: Proposal) -> Description:
    """Say what changes in the key and what the dry run counted; the page behind the link lists the attempts."""
    payload, counts = proposal.payload, proposal.payload["counts"]
    version = ItemVersion.objects.select_related("item").get(pk=payload["version"])
    policy = KeyPolicy(payload["policy"])
    new_key = (("New key", key_in_words(version, payload["new_key"])),) if policy.needs_key else ()
    facts = (
        ("Item", f"{version.item.code}, version {version.number}"),
        ("What is done", policy.words),
        ("Key in the item", key_in_words(version, version.key)),
        *new_key,
        ("Attempts scored again", str(counts["attempts"])),
        ("Scores that change", _changes_in_words(counts)),
        ("Newly passed", str(counts["wins"])),
        ("No longer passing as scored", str(counts["in_doubt"])),
        ("Of these, results that are lowered", str(counts["lowered"])),
        ("Certificates to decide about", str(counts["certificates"])),
    )
    sentence = "The key is corrected and every closed attempt with this item is scored again."
    return Description(sentence, facts, reverse("exams:key_change_effects", args=[proposal.pk]))


def release_concerns(proposals: Sequence[Proposal], person: User) -> frozenset[uuid.UUID]:
    """Which of them would let out a result of the person's own."""
    own = set(Score.objects.filter(attempt__enrolment__person=person).values_list("pk", flat=True))
    return frozenset(proposal.pk for proposal in proposals if own.intersection(proposal.payload["scores"]))


def key_change_concerns(proposals: Sequence[Proposal], person: User) -> frozenset[uuid.UUID]:
    """Which of them change a key by which an attempt of the person's own, closed or open, is or will be scored."""
    attempts = Attempt.objects.filter(enrolment__person=person).exclude(result__state=ResultState.VOIDED)
    versions = {proposal.payload["version"] for proposal in proposals}
    scored = FormItem.objects.filter(version__in=versions, section=Section.SCORED, form__in=attempts.values("form"))
    own = set(scored.values_list("version", flat=True))
    return frozenset(proposal.pk for proposal in proposals if proposal.payload["version"] in own)


def describe_release_at_once(proposal: Proposal) -> Description:
    """Say of which exam, and how many results wait that it does not touch."""
    exam = Exam.objects.get(code=proposal.payload["exam"])
    waiting = Result.objects.filter(attempt__exam=exam, state__in=releases.WAITING).count()
    facts = (("Exam", exam.title), ("Results that wait now and go on waiting for two people", str(waiting)))
    sentence = "From then on candidates learn their result as soon as it is scored. Nobody looks at it before."
    return Description(sentence, facts, reverse("exams:policy", args=[exam.code]))


def describe_adoption(proposal: Proposal) -> Description:
    """Say which cut becomes that of the next blueprint version, and how it lies to what the panel recommends."""
    payload = proposal.payload
    panel = StandardSettingPanel.objects.select_related("form").get(pk=proposal.target)
    base = Blueprint.objects.get(pk=payload["blueprint"])
    facts = (
        ("Form that was judged", str(panel.form)),
        ("Judges", str(panel.judges.count())),
        ("Method", panel.get_method_display()),
        ("The panel recommends", recommended_in_words(payload["recommended"], payload["error"])),
        ("The board chose", adoption_in_words(payload["steps"])),
        ("Cut", f"{payload['cut']} of {len(panel.places)} points; so far {base.cut_raw}"),
    )
    sentence = (
        f"Blueprint {base.code} gets version {base.version + 1} with this cut. Forms, attempts and results so far keep "
        "theirs."
    )
    return Description(sentence, facts, reverse("exams:panel", args=[panel.pk]))


def adoption_subjects(proposals: Sequence[Proposal]) -> dict[uuid.UUID, str]:
    """Name the form and the cut."""
    panels = StandardSettingPanel.objects.select_related("form").in_bulk([proposal.target for proposal in proposals])
    forms = {str(key): str(panel.form) for key, panel in panels.items()}
    return {proposal.pk: f"{forms[proposal.target]}: {proposal.payload['cut']} points" for proposal in proposals}


def release_subjects(proposals: Sequence[Proposal]) -> dict[uuid.UUID, str]:
    """Name the first candidates of each batch; one result alone with its exam."""
    first = [pk for proposal in proposals for pk in proposal.payload["scores"][:NAMED]]
    scores = Score.objects.select_related("attempt__enrolment__person", "attempt__exam").defer("items", "areas")
    rows = scores.in_bulk(first)
    return {
        proposal.pk: _batch_in_words([rows[pk] for pk in scores_of[:NAMED]], len(scores_of))
        for proposal in proposals
        if (scores_of := proposal.payload["scores"])
    }


def _batch_in_words(first: Sequence[Score], count: int) -> str:
    names = [score.attempt.enrolment.person.full_name for score in first]
    if count == 1:
        attempt = first[0].attempt
        return f"{names[0]}: {attempt.exam.title}, attempt {attempt.number}"
    rest = f" and {count - len(names)} more" if count > len(names) else ""
    return f"{count} results: {', '.join(names)}{rest}"


def release_lapsed(proposal: Proposal) -> str:
    """Say so when no result of the batch is as it was proposed."""
    return (
        "" if releases.releasable(proposal) else "Every one of these results was released, held or scored again since."
    )


def key_change_subjects(proposals: Sequence[Proposal]) -> dict[uuid.UUID, str]:
    """Name item, version and what is done about the key."""
    versions = ItemVersion.objects.select_related("item").defer("rationale", "stem_html")
    rows = versions.in_bulk([proposal.payload["version"] for proposal in proposals])
    return {proposal.pk: _key_in_words(rows[proposal.payload["version"]], proposal) for proposal in proposals}


def _key_in_words(version: ItemVersion, proposal: Proposal) -> str:
    return f"{version.item.code}, version {version.number}: {KeyPolicy(proposal.payload['policy']).words.lower()}"


def key_change_lapsed(proposal: Proposal) -> str:
    """Say so when the key got another correction meanwhile."""
    changed = KeyChange.objects.filter(version=proposal.payload["version"]).count() != proposal.payload["after"]
    return "This key was corrected after the proposal." if changed else ""


def exam_subjects(proposals: Sequence[Proposal]) -> dict[uuid.UUID, str]:
    """Name the exam."""
    titles = dict(Exam.objects.filter(code__in=_exams(proposals)).values_list("code", "title"))
    return {proposal.pk: titles[proposal.payload["exam"]] for proposal in proposals}


def _exams(proposals: Iterable[Proposal]) -> set[str]:
    return {proposal.payload["exam"] for proposal in proposals}


def release_at_once_lapsed(proposal: Proposal) -> str:
    """Say so when it holds already."""
    waits = Exam.objects.filter(code=proposal.payload["exam"], release=Release.BY_PEOPLE).exists()
    return "" if waits else "Results of this exam are released at once already."


@handles(pending.RELEASE)
def carry_out_release(payload: dict[str, Any]) -> None:
    """Let out the results of a confirmed proposal."""
    releases.release_batch(proposal=Proposal.objects.get(pk=uuid.UUID(payload["proposal"])))


@handles(regrades.REGRADE)
def carry_out_regrade(payload: dict[str, Any]) -> None:
    """Score all closed attempts of a key change again."""
    regrades.regrade(change=KeyChange.objects.select_related("version").get(pk=payload["change"]))


needs_two_people(
    Kind(
        pending.RELEASE,
        "Release results",
        Permission.RESULT_RELEASE,
        describe_release,
        releases.start_release,
        concerns=release_concerns,
        subjects=release_subjects,
        lapsed=release_lapsed,
        afterwards="The results go out one after the other within the next minutes.",
    )
)
needs_two_people(
    Kind(
        regrades.KEY_CHANGE,
        "Correct a key",
        Permission.KEY_CHANGE,
        describe_key_change,
        regrades.put_in_force,
        concerns=key_change_concerns,
        subjects=key_change_subjects,
        lapsed=key_change_lapsed,
        afterwards="The key holds from now on. Closed attempts are scored again within the next minutes.",
    )
)
needs_two_people(
    Kind(
        policies.RELEASE_AT_ONCE,
        "Release results at once",
        Permission.EXAM_CONFIGURE,
        describe_release_at_once,
        policies.release_at_once,
        subjects=exam_subjects,
        lapsed=release_at_once_lapsed,
    )
)
needs_two_people(
    Kind(
        cut_adoption.ADOPT,
        "Adopt a cut",
        Permission.PANEL_RUN,
        describe_adoption,
        cut_adoption.adopt,
        subjects=adoption_subjects,
        lapsed=cut_adoption.lapsed,
    )
)
