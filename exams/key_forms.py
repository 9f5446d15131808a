"""The form of a key correction: its fields follow the kind of item."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from exams.models import ItemVersion
from exams.rules.item_kinds import ItemKind
from exams.rules.key_changes import POLICY_WORDS, KeyPolicy

LONGEST_REASON = 2000
LONGEST_NUMBER = 40
KINDS_WITH_KEY = (
    ItemKind.SINGLE_CHOICE,
    ItemKind.MULTIPLE_RESPONSE,
    ItemKind.NUMERIC,
    ItemKind.ORDERING,
    ItemKind.MATCHING,
)


class KeyChangeForm(forms.Form):
    """What is wrong with a key, what is right, and why. `new_key` is the key as the item's file would write it."""

    policy = forms.ChoiceField(
        label="What is to be done",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is to be done."},
    )
    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        help_text="With a source. The second person decides by it, and it stays on record.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the key is wrong."},
    )

    def __init__(self, *args: Any, version: ItemVersion, **kwargs: Any) -> None:
        """Offer the policies, and the fields in which this kind of item writes a key."""
        super().__init__(*args, **kwargs)
        self.version = version
        self.new_key: Any = None
        has_key = version.kind in KINDS_WITH_KEY
        policies = [policy for policy in KeyPolicy if has_key or not policy.needs_key]
        self.fields["policy"].choices = [(p.value, POLICY_WORDS[p]) for p in policies]  # type: ignore[attr-defined]
        fields = self._key_fields() if has_key else {}
        self.key_names = list(fields)
        self.fields |= fields
        self.order_fields(["policy", *fields, "reason"])

    @property
    def chosen(self) -> KeyPolicy:
        """The chosen policy of a valid form."""
        return KeyPolicy(self.cleaned_data["policy"])

    def key_fields(self) -> list[forms.BoundField]:
        """The fields of the new key."""
        return [self[name] for name in self.key_names]

    def clean(self) -> dict[str, Any]:
        """Read the new key where the policy needs one."""
        super().clean()
        policy = self.cleaned_data.get("policy")
        if policy and KeyPolicy(policy).needs_key:
            self.new_key = self._read_key()
        return self.cleaned_data

    def _key_fields(self) -> dict[str, forms.Field]:
        version = self.version
        options = [(option["id"], f"{option['id']}. {option['text']}") for option in version.options]
        match version.kind:
            case ItemKind.SINGLE_CHOICE:
                return {"key": forms.ChoiceField(label="New key", choices=options, widget=_Radios, required=False)}
            case ItemKind.MULTIPLE_RESPONSE:
                return {
                    "key": forms.MultipleChoiceField(label="New key", choices=options, widget=_Boxes, required=False)
                }
            case ItemKind.NUMERIC:
                return {
                    "value": _number(f"New value ({self.version.unit or 'no unit'})"),
                    "tolerance": _number("Give or take"),
                }
            case ItemKind.ORDERING:
                places = range(1, len(options) + 1)
                return {f"place-{place}": _choice(f"Place {place}", options) for place in places}
            case _:
                return {f"prompt-{p['id']}": _choice(p["text"], options) for p in version.prompts}

    def _read_key(self) -> Any:
        answers = {name: self.cleaned_data.get(name) for name in self.key_names}
        if not all(answers.values()):
            self.add_error(self.key_names[0], "Say which key is right.")
            return None
        match self.version.kind:
            case ItemKind.SINGLE_CHOICE:
                return [answers["key"]]
            case ItemKind.MULTIPLE_RESPONSE:
                return sorted(answers["key"] or [])
            case ItemKind.NUMERIC:
                return self._read_number(answers)
            case ItemKind.ORDERING:
                return self._read_order(list(answers.values()))
            case _:
                return [f"{name.removeprefix('prompt-')}:{option}" for name, option in answers.items()]

    def _read_number(self, answers: dict[str, Any]) -> dict[str, str] | None:
        for name, typed in answers.items():
            try:
                number = Decimal(typed.strip())
            except InvalidOperation:
                number = Decimal("NaN")
            if not number.is_finite() or (name == "tolerance" and number < 0):
                self.add_error(name, "Enter a number with a decimal point, such as 56.4.")
                return None
        return {name: typed.strip() for name, typed in answers.items()}

    def _read_order(self, options: list[Any]) -> list[str] | None:
        if len(set(options)) != len(options):
            self.add_error(self.key_names[0], "Every option stands at one place.")
            return None
        return options


_Radios, _Boxes = forms.RadioSelect, forms.CheckboxSelectMultiple


def _choice(label: str, options: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "Choose"), *options], required=False)


def _number(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=LONGEST_NUMBER)
