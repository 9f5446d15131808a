"""Corrections of keys as people meet them: beside the item, in its history, on forms, before an exam begins."""

from collections.abc import Iterable
from dataclasses import dataclass

from exams.key_words import key_in_words
from exams.models import ExamForm, FormItem, Item, ItemVersion, KeyChange, Section
from exams.rules.key_changes import KeyPolicy

SHORT_WORDS = {
    KeyPolicy.REKEY: "Key corrected",
    KeyPolicy.ACCEPT_BOTH: "Second key accepted",
    KeyPolicy.FULL_CREDIT: "Points for everybody",
    KeyPolicy.REMOVE: "No longer counts",
}


@dataclass(frozen=True)
class Correction:
    """One key change in force. `new_key` is empty where the policy names none."""

    change: KeyChange
    new_key: str

    @property
    def policy(self) -> str:
        """What was done, as people read it."""
        return KeyPolicy(self.change.policy).words

    @property
    def tag(self) -> str:
        """The same in two or three words."""
        return SHORT_WORDS[KeyPolicy(self.change.policy)]


def corrections_of(item: Item) -> list[Correction]:
    """Return the corrections of all versions of an item, newest first, in one query."""
    rows = KeyChange.objects.filter(version__item=item).select_related("version", "proposed_by", "confirmed_by")
    return [correction(change, change.version) for change in rows.order_by("-decided_at", "-number")]


def corrections_on(places: Iterable[FormItem]) -> dict[int, list[Correction]]:
    """Return the corrections of the versions that places of a form hold, oldest first, by version, in one query."""
    versions = {place.version_id: place.version for place in places}
    found: dict[int, list[Correction]] = {}
    for change in KeyChange.objects.filter(version__in=list(versions)).order_by("number"):
        found.setdefault(change.version_id, []).append(correction(change, versions[change.version_id]))
    return found


def correction(change: KeyChange, version: ItemVersion) -> Correction:
    """Put one key change of a version in words."""
    return Correction(change, key_in_words(version, change.new_key) if change.new_key else "")


def has_removed(form: ExamForm) -> bool:
    """Whether an item of a form was ever taken out of scoring, in one query; what holds now says its key."""
    places = FormItem.objects.filter(form=form, section=Section.SCORED)
    return KeyChange.objects.filter(policy=KeyPolicy.REMOVE, version__in=places.values("version")).exists()
