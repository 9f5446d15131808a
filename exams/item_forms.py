"""The forms of item authors and reviewers. What differs by kind stands in `editors`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from content.models.sources import Source
from content.rules.figure_words import telling_text
from exams.actions.authoring import content_of
from exams.editors import EDITORS, Fault, KindEditor, Typed, is_written
from exams.item_preview import Shown, figure_of, shown_of
from exams.models import BlueprintArea, Item, ItemDrawing, ItemSet, ItemVersion
from exams.rules.item_material import ItemKind, Level, ScoringRule
from exams.rules.item_workflow import RetireReason, ReturnReason, Step
from exams.rules.kept_parts import KEY_PARTS

AGAIN_AFTER = timedelta(days=365)
BLANK_SOURCES = 2
FIGURE_WORDS = ("figure_alt", "figure_caption")
WITH_FIXED_ORDER = (ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_RESPONSE, ItemKind.MATCHING)
LEVEL_WORDS = {Level.RECALL: "Recall", Level.APPLY: "Apply", Level.JUDGE: "Judge"}
SCORING_WORDS = {
    ScoringRule.MATCH_CORRECT: "One point for the right option",
    ScoringRule.ALL_OR_NOTHING: "One point when everything is right, else none",
    ScoringRule.PLUS_MINUS_FLOOR0: "A share for each right option, less one for each wrong, never below 0",
    ScoringRule.TOLERANCE_ABSOLUTE: "One point within the tolerance",
    ScoringRule.PER_OPTION: "A share for each option told right from wrong",
    ScoringRule.TOLERANCE_RELATIVE_PERCENT: "One point within the tolerance, which is percent of the right number",
    ScoringRule.POSITIONS: "A share for each option at its place",
    ScoringRule.EXACT: "One point for the whole order, else none",
    ScoringRule.CONCORDANT_PAIRS: "A share for each pair in the right order",
    ScoringRule.PER_PAIR: "A share for each line",
    ScoringRule.QTI_MAP_RESPONSE: "The points of the chosen options, as a share of the most that can be reached",
    ScoringRule.FRACTIONS_SUM: "The percentages of the chosen options, never below 0",
    ScoringRule.UNIT: "One point within the tolerance, in the unit that was typed",
    ScoringRule.BANDS: "The points of the best band that holds the number",
    ScoringRule.NESTED_BEST: "The points of the best area that holds the place",
    ScoringRule.QTI_MAP_RESPONSE_POINT: "The points of all areas that hold the place, as a share of the most",
    ScoringRule.NORMALISED_EQUAL: "One point for one of the accepted texts",
    ScoringRule.WILDCARD: "One point for a text that fits an accepted pattern",
    ScoringRule.MANUAL: "People give the points",
}
RETURN_WORDS = {
    ReturnReason.KEY: "The key is wrong or not the only right one",
    ReturnReason.STEM: "The stem is unclear or misses something",
    ReturnReason.OPTIONS: "Options are weak, overlap or give the key away",
    ReturnReason.REFERENCE: "The sources do not carry the key",
    ReturnReason.LANGUAGE: "Language",
    ReturnReason.OTHER: "Something else",
}
RETIRE_WORDS = {
    RetireReason.COMPROMISED: "Compromised: it has become known outside",
    RetireReason.OUTDATED: "Outdated: practice or evidence has changed",
    RetireReason.FAULTY: "Faulty: key or wording is wrong",
    RetireReason.STATISTICS: "Its statistics do not hold up",
    RetireReason.OTHER: "Something else",
}


def words_of_scoring(rule: str) -> str:
    """Return what a scoring rule does, in words where there are some."""
    return SCORING_WORDS.get(ScoringRule(rule), rule.replace("_", " ").capitalize())


def known_areas() -> list[tuple[str, str]]:
    """Return the content areas of blueprints and items with their titles, by code."""
    areas = dict.fromkeys(ItemVersion.objects.order_by().values_list("content_area", flat=True).distinct(), "")
    areas |= dict(BlueprintArea.objects.order_by("blueprint__version").values_list("code", "title"))
    return [(code, f"{code} {title}".strip()) for code, title in sorted(areas.items())]


@dataclass(frozen=True)
class ChosenFigure:
    """The picture that a form holds by now, and what was wrong with a file that came with it."""

    drawing: ItemDrawing | None = None
    fault: str = ""


NO_FIGURE = ChosenFigure()


class ItemForm(forms.Form):
    """One item of any kind. `version` is the draft that is edited, None for a new item.

    `kept` holds key, options, rule and picture of a draft whose scoring rule comes in files only; the form changes
    nothing of these. It is empty for all other items.
    """

    shown = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    content_area = forms.ChoiceField(label="Content area")
    level = forms.ChoiceField(label="Level", choices=[(level.value, words) for level, words in LEVEL_WORDS.items()])
    stem = forms.CharField(
        label="Stem",
        widget=forms.Textarea,
        max_length=6000,
        help_text="Markdown. The first paragraph is shown as the question.",
    )
    scoring = forms.ChoiceField(label="Scoring")
    fixed_order = forms.BooleanField(
        label="Keep the options in this order",
        required=False,
        help_text="For numbers and other options with an order of their own. All others are mixed for each candidate.",
    )
    rationale = forms.CharField(
        label="Why the key is right",
        widget=forms.Textarea,
        max_length=6000,
        required=False,
        help_text="Markdown. Needed before the item goes to review. Candidates never see it during an exam.",
    )
    enemies = forms.CharField(
        label="Not on a form with",
        max_length=400,
        required=False,
        help_text="Codes of items that give this one away or ask the same, with commas between.",
    )
    item_set = forms.ChoiceField(label="Set", required=False, help_text="Items of a set come on a form together.")
    figure_alt = forms.CharField(
        label="The picture in words",
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
        required=False,
        help_text="For those who cannot see it: what it shows, all that is needed to answer, and not the answer.",
        error_messages={"required": "Say in words what the picture shows, for those who cannot see it."},
    )
    figure_caption = forms.CharField(
        label="Caption", max_length=500, required=False, help_text="Stands under the picture for everybody."
    )
    verified_on = forms.DateField(
        label="Facts checked on",
        widget=forms.DateInput({"type": "date"}),
        help_text="The day on which you compared its facts with the sources.",
        error_messages={"required": "Compare the facts with the sources, then type the day on which you did."},
    )
    review_by = forms.DateField(label="To be checked again by", widget=forms.DateInput({"type": "date"}))

    def __init__(
        self,
        kind: ItemKind,
        typed: Typed,
        *,
        version: ItemVersion | None = None,
        figure: ChosenFigure = NO_FIGURE,
        bound: bool,
    ) -> None:
        self.kind, self.version, self.typed = kind, version, typed
        self.kept = _kept_parts(version)
        if version is not None and self.kept:
            figure = ChosenFigure(version.drawing)
        self.drawing, self.figure_fault = figure.drawing, figure.fault
        self.editor: KindEditor = EDITORS[kind](typed, _taken_ids(version), self.drawing.size if self.drawing else None)
        single = {name: values[-1] for name, values in typed.items() if values}
        super().__init__(single if bound else None, initial=single)
        self._choices("content_area", known_areas())
        sets = set(ItemSet.objects.values_list("code", flat=True)) | ({version.set_code} if version else set())
        self._choices("item_set", [("", "In no set"), *((code, code) for code in sorted(sets - {""}))])
        rules = self.editor.rules()
        self._choices("scoring", [(rule.value, words_of_scoring(rule)) for rule in rules])
        if len(rules) == 1:
            del self.fields["scoring"]
        if kind not in WITH_FIXED_ORDER:
            del self.fields["fixed_order"]
        self.fields["figure_alt"].required = self.drawing is not None or self.editor.needs_picture
        if self.kept:
            for name in ("scoring", "fixed_order", *FIGURE_WORDS):
                self.fields.pop(name, None)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
        field.choices = choices

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with the part that differs by kind; what is kept is not judged."""
        return [] if self.kept else self.editor.faults()

    @property
    def sources(self) -> list[str]:
        """The source keys as typed, with empty rows to add some."""
        return [*self._typed_sources, *[""] * BLANK_SOURCES]

    @property
    def _typed_sources(self) -> list[str]:
        return [key for key in (text.strip() for text in self.typed.get("source", ())) if key]

    @cached_property
    def registry(self) -> list[tuple[str, str]]:
        """All sources of the material by key, with their citations."""
        return list(Source.objects.values_list("key", "citation"))

    @property
    def cited_rows(self) -> list[tuple[str, str]]:
        """The rows for sources, each with the citation of the key that stands in it."""
        citations = dict(self.registry)
        return [(key, citations.get(key, "")) for key in self.sources]

    def clean(self) -> dict[str, Any]:
        """Hold rows and sources to their rules; what is wrong with them stands above the form and beside the rows."""
        for fault in self.faults:
            self.add_error(None, fault.sentence)
        if not self.kept:
            self._judge_figure()
        kept = set(self.version.sources) if self.version else set()
        unknown = sorted(set(self._typed_sources) - {key for key, _ in self.registry} - kept)
        if unknown:
            self.add_error(None, f"Sources: {', '.join(unknown)} is not in the register of sources.")
        return self.cleaned_data

    def _judge_figure(self) -> None:
        """Hold picture and words together, and keep the key out of the words."""
        if self.figure_fault:
            self.add_error(None, f"Picture: {self.figure_fault}")
        alt, caption = self.cleaned_data.get("figure_alt", ""), self.cleaned_data.get("figure_caption", "")
        if self.drawing is None:
            if self.editor.needs_picture:
                self.add_error(None, "Picture: upload the one that the candidate points at.")
            elif (alt or caption) and not self.typed.get("figure_gone"):
                self.add_error("figure_alt", "There is no picture to these words. Upload it, or clear them.")
            return
        right, wrong = self.editor.telling()
        for field, words in (("figure_alt", alt), ("figure_caption", caption)):
            if told := telling_text(words, right, wrong):
                self.add_error(field, f"This gives the key away: it holds “{told}”. Describe what there is to see.")

    def clean_enemies(self) -> list[str]:
        """Return the codes. Unknown ones are refused."""
        typed = self.cleaned_data["enemies"].replace(",", " ").split()
        codes = list(dict.fromkeys(code.upper() for code in typed))
        unknown = set(codes) - set(Item.objects.filter(code__in=codes).values_list("code", flat=True))
        if unknown:
            raise forms.ValidationError(f"There is no item {', '.join(sorted(unknown))}.")
        if self.version and self.version.item.code in codes:
            raise forms.ValidationError("An item is not its own enemy.")
        return codes

    def content(self) -> dict[str, Any]:
        """Return the item as a mapping like one of material, without its code. Call it on a valid form."""
        data = self.cleaned_data
        content = {
            "content_area": data["content_area"],
            "level": data["level"],
            "type": self.kind.value,
            "stem": _lines(data["stem"]),
            "scoring": data.get("scoring") or self.editor.rules()[0].value,
            "rationale": _lines(data["rationale"]),
            "sources": list(dict.fromkeys(self._typed_sources)),
            "enemies": data["enemies"],
            "verified_on": data["verified_on"].isoformat(),
            "review_by": data["review_by"].isoformat(),
            "fixed_order": data.get("fixed_order", self.version is not None and self.version.fixed_order),
            "item_set": data["item_set"],
        }
        if self.kept:
            return content | self.kept
        if self.drawing is not None:
            words = {"alt": _lines(data["figure_alt"]), "caption": data["figure_caption"]}
            content["figure"] = words | {"picture": self.drawing.facts}
        return content | self.editor.content()

    def shown_as(self, figure_address: str = "") -> Shown:
        """Return what a candidate would see of what is typed, valid or not; the picture lies at the address."""
        stem, alt, caption = (_lines(next(iter(self.typed.get(n, ())), "")) for n in ("stem", *FIGURE_WORDS))
        if self.version is not None and self.kept:
            return replace(shown_of(self.version, figure_address), stem=stem)
        return Shown(
            kind=self.kind.value,
            stem=stem,
            fixed_order=bool(self.typed.get("fixed_order")),
            figure=figure_of(self.drawing, figure_address, alt, caption),
            **self.editor.shown(),
        )


def _lines(text: str) -> str:
    """Browsers send two characters for the end of a line; stored is one."""
    return text.replace("\r\n", "\n").strip()


def _kept_parts(version: ItemVersion | None) -> dict[str, Any]:
    if version is None or is_written(version.kind, version.scoring):
        return {}
    return {name: part for name, part in content_of(version).items() if name in KEY_PARTS}


def _taken_ids(version: ItemVersion | None) -> frozenset[str]:
    if version is None:
        return frozenset()
    options = ItemVersion.objects.filter(item=version.item_id).values_list("options", flat=True)
    return frozenset(option["id"] for rows in options for option in rows)


def blank_item(kind: ItemKind) -> dict[str, list[str]]:
    """Return the fields of a new item. When its facts were checked says the author: nobody did so yet."""
    return EDITORS[kind].blank() | {"review_by": [(timezone.localdate() + AGAIN_AFTER).isoformat()]}


def typed_item(content: Mapping[str, Any], content_hash: str) -> dict[str, list[str]]:
    """Return stored content as the fields that would make it."""
    plain = ("content_area", "level", "stem", "scoring", "rationale", "verified_on", "review_by")
    typed = {name: [str(content[name])] for name in plain}
    figure = content.get("figure", {})
    return {
        **typed,
        "shown": [content_hash],
        "enemies": [", ".join(content["enemies"])],
        "item_set": [content.get("item_set", "")],
        "source": list(content["sources"]),
        "fixed_order": ["on"] if content["fixed_order"] else [],
        "figure_alt": [figure.get("alt", "")],
        "figure_caption": [figure.get("caption", "")],
        **EDITORS[ItemKind(content["type"])].typed_of(content),
    }


class VerdictForm(forms.Form):
    """What a reviewer decides. `steps` are those open to them."""

    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    step = forms.ChoiceField(label="Your decision", widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label="What has to change",
        required=False,
        choices=[("", "Choose when you return it"), *((reason.value, words) for reason, words in RETURN_WORDS.items())],
    )
    text = forms.CharField(
        label="Reasons",
        widget=forms.Textarea,
        max_length=4000,
        required=False,
        help_text="Needed when you return the item. They stay with the decision and cannot be changed.",
    )

    def __init__(self, *args: Any, steps: Collection[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step = self.fields["step"]
        assert isinstance(step, forms.ChoiceField)  # noqa: S101 - narrows the type
        step.choices = list(steps)
        if Step.RETURN.value not in {value for value, _ in steps}:
            del self.fields["reason"]
            self.fields["text"].help_text = "They stay with the decision and cannot be changed."


class RetireForm(forms.Form):
    """Why an item goes out of use."""

    reason = forms.ChoiceField(
        label="Reason", widget=forms.RadioSelect, choices=[(r.value, words) for r, words in RETIRE_WORDS.items()]
    )
    text = forms.CharField(label="What happened", widget=forms.Textarea, max_length=4000)


class SetForm(forms.Form):
    """A new set of items."""

    code = forms.SlugField(label="Code", max_length=32, help_text="Letters, digits and hyphens, such as case-hotspot.")
    title = forms.CharField(label="What its items share", max_length=200)
    scored_independently = forms.BooleanField(
        label="Its items can be answered independently of each other",
        required=False,
        help_text="If not, reliability is worked out with the set as one item.",
    )
