"""Shape of what the exam room sends. No decisions here."""

import json
import re
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

from django import forms
from django.forms.models import ModelChoiceIterator
from django.http import QueryDict
from django.utils import timezone

from content.rules.reviews import SCOPE_WORDS, ReviewScope
from exams.actions.access import PASSWORD_MISSING
from exams.actions.presence import MOST_A_MINUTE, Noticed
from exams.actions.saving import Save
from exams.errors import AttemptError
from exams.models import Exam, ExamForm, FormKind, SignalKind
from exams.rules.appeal_policy import AppealKind
from exams.rules.result_policy import ResultState
from exams.rules.scoring import Value
from lms.accounts.models import User
from lms.accounts.roles import Role

# A body holds several essays at their longest; the room's script sends fewer at once when they are long.
LARGEST_BODY = 200_000
LARGEST_BATCH = 50
LONGEST_TEXT = 200
LONGEST_ANSWER = 12_000
LONGEST_CHOICE = 24
MOST_OPTIONS = 10
PLACE_FIELD = "place-"
# An essay has lines; no other control character says anything.
LINE_CHARACTERS = "\n\t"
# What comes along when somebody pastes from a document; exams/static/exams/js/question.js turns it into blanks as well.
UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")
HIGHEST_SEQ = 1_000_000
SAVE_FIELDS = {"item", "seq", "value", "client_time"}


class StartAttemptForm(forms.Form):
    """The tick that accepts the exam rules, and the password where the exam has one."""

    honour = forms.BooleanField(
        label="I have read this statement and agree to it",
        error_messages={"required": "Agree to the exam rules before you start."},
    )
    password = forms.CharField(
        label="Exam password",
        max_length=128,
        strip=False,
        help_text="The invigilator tells you.",
        error_messages={"required": PASSWORD_MISSING.sentence},
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, needs_password: bool = False, **kwargs: Any) -> None:
        """Ask for the password of an exam that has one."""
        super().__init__(*args, **kwargs)
        if not needs_password:
            del self.fields["password"]


@dataclass(frozen=True)
class Refusal:
    """A save of a shape that cannot be stored; `item` and `seq` as they were sent."""

    item: Any
    seq: Any
    code: str


@dataclass(frozen=True)
class Batch:
    """Saves of one request with the token of the session that sends them."""

    token: str
    saves: tuple[Save | Refusal, ...]


def read_batch(body: bytes) -> Batch:
    """Read the JSON of a save request. Raises `AttemptError` when nothing of it can be used.

    One save of a wrong shape does not hold up the others: it becomes a `Refusal`.
    """
    content = read_object(body, {"token", "saves"})
    saves = content.get("saves")
    if not isinstance(saves, list) or not 1 <= len(saves) <= LARGEST_BATCH:
        raise AttemptError("bad_batch", f"Send between 1 and {LARGEST_BATCH} saves.")
    return Batch(token_in(content), tuple(_read_save(raw) for raw in saves))


# Signals that browsers send; the others are made by the server itself.
FROM_BROWSERS = frozenset(SignalKind) - {SignalKind.TAKEN_OVER, SignalKind.ADDRESS_CHANGED, SignalKind.BROWSER_CHANGED}


def read_pulse(body: bytes) -> tuple[str, int, list[Noticed]]:
    """Read a sign of life: token, the question shown (0: none), signals. Raises `AttemptError`.

    A signal of a wrong shape is refused with all the others: only our own script sends them.
    """
    content = read_object(body, {"token", "place", "signals"})
    place, signals = content["place"], content["signals"]
    if place != 0 and not is_whole(place, 1000):
        raise AttemptError("bad_number", "The question has to be a number.")
    if not isinstance(signals, list) or len(signals) > MOST_A_MINUTE:
        raise AttemptError("bad_batch", f"Send at most {MOST_A_MINUTE} signals.")
    return token_in(content), place, [_read_signal(raw) for raw in signals]


def _read_signal(raw: Any) -> Noticed:
    try:
        key, kind, client_time = uuid.UUID(raw["key"]), SignalKind(raw["kind"]), raw["client_time"]
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise AttemptError("bad_signal", "The signals could not be read.") from error
    if raw.keys() != {"key", "kind", "client_time"} or kind not in FROM_BROWSERS or not is_text(client_time, 40):
        raise AttemptError("bad_signal", "The signals could not be read.")
    return Noticed(key, kind, client_time)


def read_object(body: bytes, fields: set[str]) -> dict[str, Any]:
    """Read a JSON object with exactly these fields. Raises `AttemptError`: `too_large`, `bad_json`, `bad_fields`."""
    if len(body) > LARGEST_BODY:
        raise AttemptError("too_large", "The request is too large.")
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise AttemptError("bad_json", "The request is not JSON.") from error
    if not isinstance(content, dict) or content.keys() != fields:
        raise AttemptError("bad_fields", f"The request needs the fields {', '.join(sorted(fields))}.")
    return content


def token_in(content: dict[str, Any]) -> str:
    """Return the session token of a request, or raise `AttemptError` `bad_token`."""
    token = content["token"]
    if not isinstance(token, str) or len(token) != 32 or not token.isascii() or not token.isalnum():
        raise AttemptError("bad_token", "The session token is missing or unreadable.")
    return token


def is_whole(number: Any, highest: int = HIGHEST_SEQ) -> TypeGuard[int]:
    """Whether a value is a whole number from 1 to `highest`."""
    return isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= highest


def is_text(value: Any, longest: int = LONGEST_TEXT) -> bool:
    """Whether a value is text that can be stored: not too long, no NUL, no half characters."""
    if not isinstance(value, str) or len(value) > longest:
        return False
    return not any(ord(character) < 32 or 0xD800 <= ord(character) <= 0xDFFF for character in value)


def _read_save(raw: Any) -> Save | Refusal:
    if not isinstance(raw, dict):
        return Refusal(None, None, "bad_save")
    item, seq, client_time = raw.get("item"), raw.get("seq"), raw.get("client_time", "")
    if not raw.keys() <= SAVE_FIELDS or "value" not in raw or not is_text(client_time, 40):
        return Refusal(item, seq, "bad_save")
    if not is_whole(item, 1000) or not is_whole(seq):
        return Refusal(item, seq, "bad_number")
    if not _is_value(raw["value"]):
        return Refusal(item, seq, "bad_value")
    return Save(position=item, seq=seq, value=raw["value"], client_time=client_time)


def _is_value(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= MOST_OPTIONS and all(is_text(option, LONGEST_CHOICE) for option in value)
    if isinstance(value, str) and len(value) <= LONGEST_ANSWER:
        return is_text(value.translate(dict.fromkeys(map(ord, LINE_CHARACTERS), " ")), LONGEST_ANSWER)
    return value is None


def _placed_in(data: QueryDict) -> list[str]:
    """Return the pairs of a page that gives places their options: the field place-2 with c is "2:c"."""
    fields = sorted(name for name in data if name.startswith(PLACE_FIELD))
    return [f"{name.removeprefix(PLACE_FIELD)}:{data[name]}" for name in fields if data[name]]


def _pointed_in(data: QueryDict) -> list[str]:
    """Return the point of a page with a picture: as typed in pixels when that was changed, else as chosen by label."""
    across, down = (data.get(name, "").strip() for name in ("point-x", "point-y"))
    typed = f"{across},{down}" if across or down else ""
    changed = typed != data.get("point-was", "")
    point = typed if typed and changed else data.get("region", "") or typed
    return [point] if point else []


def answer_in(data: QueryDict) -> Value:
    """Return the answer of a page without script, whatever kind of question it shows; None when nothing was given.

    The boxes of a multiple response that were ticked before and are empty now are an answer: none of them.
    """
    given = _placed_in(data) or _pointed_in(data) or data.getlist("choice")
    if given or data.get("ticked-before"):
        return given
    written = _readable(data.get("text", "").replace("\r\n", "\n"))
    return _readable(data.get("number", "")).strip() or (written if written.strip() else None)


def _readable(text: str) -> str:
    return UNREADABLE.sub(" ", text)


def read_page(data: QueryDict) -> tuple[str, Save]:
    """Read token and answer of a page without script. Raises `AttemptError` `bad_token`, `bad_save` or `bad_value`."""
    token = token_in({"token": data.get("token")})
    value = None if data.get("go") == "clear" else answer_in(data)
    numbers = [data.get(name, "") for name in ("item", "seq")]
    if not all(number.isascii() and number.isdecimal() and len(number) < 8 for number in numbers):
        raise AttemptError("bad_save", "The page was incomplete. Load the question again.")
    save = _read_save({"item": int(numbers[0]), "seq": int(numbers[1]), "value": value})
    if isinstance(save, Refusal):
        raise AttemptError(save.code, "The answer could not be read. Load the question again.")
    return token, save


class ItemReviewForm(forms.Form):
    """What somebody reviewed about an item. `scopes` are those open to them."""

    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    scope = forms.ChoiceField(label="What did you review?", widget=forms.RadioSelect)
    not_author = forms.BooleanField(
        label="I did not write or edit this item",
        error_messages={"required": "Declare that you did not write this item, or leave the review to others."},
    )

    def __init__(self, *args: Any, scopes: Collection[ReviewScope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = self.fields["scope"]
        assert isinstance(scope, forms.ChoiceField)  # noqa: S101 - narrows the type
        scope.choices = [(choice.value, SCOPE_WORDS[choice].capitalize()) for choice in scopes]


class ExamField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the exams. Titles are not unique, so each stands with its code."""

    def __init__(self, **changes: Any) -> None:
        """Offer all exams by title, whatever else differs."""
        super().__init__(**{"queryset": Exam.objects.order_by("title", "code"), "label": "Exam"} | changes)

    def label_from_instance(self, obj: Exam) -> str:
        """Name an exam by title and code."""
        return f"{obj.title} ({obj.code})"


class WaitingForm(forms.Form):
    """Which waiting results are shown."""

    exam = ExamField(required=False, empty_label="All exams")
    day = forms.DateField(
        label="Day of the exam", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    state = forms.ChoiceField(
        required=False, choices=[("scored", "Waits to be released"), ("held", "Held")], label="State"
    )


class WaitingActForm(forms.Form):
    """What is done with chosen results, and why."""

    act = forms.ChoiceField(choices=[("release", "release"), ("hold", "hold")])
    reason = forms.CharField(max_length=2000)
    everything = forms.BooleanField(required=False)
    result = forms.MultipleChoiceField(required=False)
    hold_only = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take any ids: which of them wait is decided by the action."""
        super().__init__(*args, **kwargs)
        for name in ("result", "hold_only"):
            sent = self.data.getlist(name) if isinstance(self.data, QueryDict) else []
            ids = [value for value in sent if _is_uuid(value)]
            self.fields[name].choices = [(value, value) for value in ids]  # type: ignore[attr-defined]


def _is_uuid(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True


class FixedForms(ModelChoiceIterator[ExamForm]):
    """The forms that people assembled, and one choice for all that were made for one attempt."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        """Yield values with their words."""
        yield from super().__iter__()
        yield FormKind.PER_ATTEMPT.value, FormKind.PER_ATTEMPT.label


class GivenFormField(forms.ModelChoiceField[ExamForm]):
    """A fixed form, or `FormKind.PER_ATTEMPT`: of forms made for one attempt there are as many as attempts."""

    iterator = FixedForms

    def clean(self, value: Any) -> Any:
        """Return the form, `FormKind.PER_ATTEMPT`, or None. Raises `ValidationError` for anything else."""
        return FormKind.PER_ATTEMPT if value == FormKind.PER_ATTEMPT.value else super().clean(value)


class ResultsForm(forms.Form):
    """Which results the report shows."""

    q = forms.CharField(
        label="Candidate", required=False, max_length=300, widget=forms.TextInput(attrs={"type": "search"})
    )
    exam = ExamField(required=False, empty_label="All")
    form = GivenFormField(
        queryset=ExamForm.objects.filter(kind=FormKind.FIXED).order_by("code", "version"),
        required=False,
        empty_label="All",
    )
    state = forms.ChoiceField(required=False, choices=[("", "All"), *((s.value, s.words) for s in ResultState)])
    passed = forms.ChoiceField(
        label="Decision", required=False, choices=[("", "All"), ("yes", "Passed"), ("no", "Not passed")]
    )

    def clean_q(self) -> str:
        """Drop what no name holds."""
        return str(self.cleaned_data["q"]).replace("\x00", "").strip()


class YearsForm(forms.Form):
    """Which exam is shown year by year."""

    exam = ExamField(required=False, empty_label=None)


class EvidenceForm(forms.Form):
    """Whose evidence of which year is packed."""

    exam = ExamField(empty_label=None)
    year = forms.IntegerField(
        label="Year",
        min_value=2000,
        max_value=9999,
        initial=lambda: timezone.now().year,
        help_text="From January to December, in UTC.",
    )


class AppealForm(forms.Form):
    """What a candidate objects to."""

    kind = forms.ChoiceField(
        label="What is your appeal about?",
        choices=[(kind.value, kind.words) for kind in AppealKind],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what your appeal is about."},
    )
    position = forms.IntegerField(
        label="Number of the question",
        required=False,
        min_value=1,
        help_text="Only for an appeal about a question: its number in your exam.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Enter the number of the question, such as 12."},
    )
    text = forms.CharField(
        label="What is wrong, and why?",
        max_length=4000,
        help_text="Say it in your own words, without names of patients. You do not need to recall a question exactly.",
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Say what you object to, and why."},
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the number where the appeal is about a question."""
        super().clean()
        asked = self.cleaned_data.get("kind") == AppealKind.ITEM and "position" not in self.errors
        if asked and not self.cleaned_data.get("position"):
            self.add_error("position", "Enter the number of the question.")
        return self.cleaned_data


class AssignAppealForm(forms.Form):
    """Who is to decide an appeal."""

    to = forms.ModelChoiceField(
        label="Decided by",
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label="Choose",
        error_messages={"required": "Choose who decides.", "invalid_choice": "Choose one of these people."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer those who run exams."""
        super().__init__(*args, **kwargs)
        grants = {"role_grants__role": Role.EXAM_ADMIN.value, "role_grants__ended_at__isnull": True}
        admins = User.objects.filter(is_active=True, **grants).order_by("full_name")
        self.fields["to"].queryset = admins  # type: ignore[attr-defined]


class DecideAppealForm(forms.Form):
    """The decision about an appeal, with its reasons."""

    decision = forms.ChoiceField(
        choices=[("upheld", "Upheld: the candidate is right"), ("rejected", "Rejected: the result stays")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a decision."},
    )
    reasons = forms.CharField(
        max_length=4000,
        help_text="The candidate reads them. Do not quote the question or its key.",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write the reasons. The candidate reads them."},
    )
