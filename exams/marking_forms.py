"""Forms of marking: the shape of what people type, never a decision."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from exams.rules.marking import AwardFault, Criterion, read_award

LONGEST_COMMENT = 4000
LONGEST_REASON = 2000
AWARD = "award-"


class MarkForm(forms.Form):
    """Points for each criterion, and a comment. What points are possible is for the rules to say."""

    comment = forms.CharField(
        label="Comment",
        required=False,
        max_length=LONGEST_COMMENT,
        help_text="For those who check marks or decide on an appeal. Name nobody.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": f"Shorten the comment to {LONGEST_COMMENT} characters."},
    )

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        """Make one row of points for each criterion, before the comment."""
        super().__init__(*args, **kwargs)
        self.criteria = tuple(criteria)
        for criterion in self.criteria:
            steps = [(f"{step.normalize():f}",) * 2 for step in criterion.steps]
            self.fields[AWARD + criterion.id] = forms.CharField(
                label=criterion.text, required=False, max_length=20, widget=forms.RadioSelect(choices=steps)
            )
        self.order_fields([*(AWARD + criterion.id for criterion in self.criteria), "comment"])

    @property
    def rows(self) -> list[tuple[Criterion, forms.BoundField]]:
        """Each criterion with its field."""
        return [(criterion, self[AWARD + criterion.id]) for criterion in self.criteria]

    @property
    def awards(self) -> dict[str, Decimal | None]:
        """The points as typed, by criterion; None where nothing usable stands."""
        return {c.id: read_award(self.cleaned_data.get(AWARD + c.id, "")) for c in self.criteria}

    def add_faults(self, faults: Sequence[AwardFault]) -> None:
        """Show at each criterion what is wrong with its points."""
        for fault in faults:
            self.add_error(AWARD + fault.criterion, fault.sentence)


class MarkingSettingsForm(forms.Form):
    """How many answers are marked twice and how far apart two marks may lie, in percent, with a reason."""

    second_share = forms.IntegerField(
        label="Marked by two people, percent",
        min_value=0,
        max_value=100,
        help_text="Share of all written answers. A new marker's first five are marked twice besides.",
    )
    limit = forms.IntegerField(
        label="Furthest that two marks may lie apart, percent",
        min_value=0,
        max_value=100,
        help_text="Of full points. Beyond it a third person decides.",
    )
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why this changes."},
    )

    @property
    def shares(self) -> tuple[Decimal, Decimal]:
        """Both settings as shares from 0 to 1."""
        hundred = Decimal(100)
        return self.cleaned_data["second_share"] / hundred, self.cleaned_data["limit"] / hundred
