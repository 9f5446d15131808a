"""The form of a key correction: its fields follow the kind of item."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict

from exams.actions.authoring import content_of
from exams.editors import Fault, Typed
from exams.editors.hotspot import HotspotEditor
from exams.editors.texts import MOST_TEXTS, ShortTextEditor
from exams.key_words import unit_of_key, unit_of_tolerance
from exams.models import ItemDrawing, ItemVersion
from exams.option_letters import letters_of
from exams.rules.item_keys import LONGEST_SHORT_TEXT
from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.key_changes import POLICY_WORDS, KeyPolicy, why_no_other_key

LONGEST_REASON = 2000
LONGEST_NUMBER = 40


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

    def __init__(self, data: QueryDict | None = None, *, version: ItemVersion) -> None:
        """Offer the policies, and the fields in which this kind of item writes a key.

        Data in which a button changed the rows of areas is kept and not judged.
        """
        asked = {name: data[name] for name in ("policy", "reason") if name in data} if data else None
        super().__init__(None if data and data.get("go") else data, initial=asked)
        self.version = version
        self.new_key: Any = None
        self.without_key = why_no_other_key(ItemKind(version.kind), ScoringRule(version.scoring))
        policies = [policy for policy in KeyPolicy if not (policy.needs_key and self.without_key)]
        self.fields["policy"].choices = [(p.value, POLICY_WORDS[p]) for p in policies]  # type: ignore[attr-defined]
        fields = {} if self.without_key else self._key_fields()
        self.key_names = list(fields)
        self.fields |= fields
        self.order_fields(["policy", *fields, "reason"])
        self.areas = None if self.without_key or version.kind != ItemKind.HOTSPOT else self._areas(data)
        self.faulty: set[str] = set()

    @property
    def takes_key(self) -> bool:
        """Whether another key can be named."""
        return not self.without_key

    @property
    def drawing(self) -> ItemDrawing | None:
        """The picture of the item."""
        return self.version.drawing

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
        letters = letters_of(version)
        options = [(option["id"], f"{letters[option['id']]}. {option['text']}") for option in version.options]
        match version.kind:
            case ItemKind.SINGLE_CHOICE:
                return {"key": forms.ChoiceField(label="New key", choices=options, widget=_Radios, required=False)}
            case ItemKind.MULTIPLE_RESPONSE:
                return {
                    "key": forms.MultipleChoiceField(label="New key", choices=options, widget=_Boxes, required=False)
                }
            case ItemKind.NUMERIC:
                percent = " (percent of the value)" if unit_of_tolerance(version) else ""
                return {
                    "value": _number(f"New value ({unit_of_key(version) or 'no unit'})"),
                    "tolerance": _number(f"Give or take{percent}"),
                }
            case ItemKind.ORDERING:
                places = range(1, len(options) + 1)
                return {f"place-{place}": _choice(f"Place {place}", options) for place in places}
            case ItemKind.SHORT_TEXT:
                return {"texts": _texts(ScoringRule(version.scoring))}
            case ItemKind.HOTSPOT:
                return {}  # its areas are rows, see `areas`
            case _:
                return {f"prompt-{p['id']}": _choice(p["text"], options) for p in version.prompts}

    def _areas(self, data: QueryDict | None) -> HotspotEditor:
        """Return the areas as typed, or as the item has them, without labels: those are what candidates saw."""
        typed: Typed = dict(data.lists()) if data else HotspotEditor.typed_of(content_of(self.version))
        size = self.version.drawing.size if self.version.drawing else None
        areas = HotspotEditor({name: texts for name, texts in typed.items() if name.startswith("area_")}, size=size)
        areas.change_rows(data.get("go", "") if data else "")
        return areas

    def _read_key(self) -> Any:
        if self.areas is not None:
            return self._read_areas(self.areas)
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
            case ItemKind.SHORT_TEXT:
                return self._read_texts(str(answers["texts"]))
            case _:
                return [f"{name.removeprefix('prompt-')}:{option}" for name, option in answers.items()]

    def _read_areas(self, areas: HotspotEditor) -> dict[str, Any] | None:
        """Hold the areas to what authors are held to; with the labels of the item, where the old key no longer counts.

        Who chooses from the labels instead of pointing has to be able to be right.
        """
        own = HotspotEditor.typed_of(content_of(self.version)) if self.chosen is KeyPolicy.REKEY else {}
        labels = {name: texts for name, texts in own.items() if name.startswith("region_")}
        held = HotspotEditor({**areas.typed, **labels}, size=areas.size)
        return {"areas": held.content()["key"]["areas"]} if self._stands(held.faults(), None) else None

    def _read_texts(self, typed: str) -> dict[str, Any] | None:
        lines = [line.strip() for line in typed.splitlines() if line.strip()]
        if len(lines) > MOST_TEXTS:
            self.add_error("texts", f"At most {MOST_TEXTS} texts are accepted.")
            return None
        rows = {"text_row": [str(number) for number in range(len(lines))], "accepted": lines}
        editor = ShortTextEditor({**rows, "scoring": [self.version.scoring]})
        return editor.content()["key"] if self._stands(editor.faults(), "texts") else None

    def _stands(self, faults: list[Fault], field: str | None) -> bool:
        """Say what is wrong with a key, at a field or above the form, and return whether nothing is."""
        for fault in faults:
            self.add_error(field, fault.sentence.removeprefix("Key: ").capitalize() if field else fault.sentence)
        self.faulty = {fault.field for fault in faults}
        return not faults

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


def _texts(rule: ScoringRule) -> forms.CharField:
    stars = r" A star stands for any letters, also none; \* is a star itself." if rule is ScoringRule.WILDCARD else ""
    return forms.CharField(
        label="Accepted texts",
        required=False,
        max_length=MOST_TEXTS * (LONGEST_SHORT_TEXT + 2),
        widget=forms.Textarea(attrs={"rows": 5, "autocapitalize": "off"}),
        help_text="One on a line. Where another key is right as well, those to add are enough; where the old one is "
        f"wrong, all that are right. Capitals and extra blanks do not matter.{stars}",
    )
