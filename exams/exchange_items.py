"""Item versions as the tree of exchange formats, and which of them somebody may take out of the bank."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, Subquery

from exams.bank_list import BankFilter, narrowed
from exams.interchange.tree import ExchangeItem, Option, Picture, Prompt, Region
from exams.key_words import unit_of_key
from exams.models import ExamForm, FormItem, ItemVersion
from exams.models.items import ItemVersionQuerySet
from exams.rules.item_kinds import ItemKind, ScoringRule
from lms.accounts.models import User
from lms.accounts.permissions import Permission, scope_of


@dataclass(frozen=True)
class Selection:
    """Which items are asked for; empty fields ask for everything. `form` is the code of an exam form."""

    codes: tuple[str, ...] = ()
    form: str = ""
    bank: BankFilter = field(default_factory=BankFilter)


def selected(asked: Selection, person: User) -> ItemVersionQuerySet:
    """Return one version of each item asked for: that of the newest such form, else the newest (with that status).

    Exam administrators get all items, authors those that they wrote. What somebody only reviews stays in the bank: its
    key is to be answered blind first.
    """
    versions = ItemVersion.objects.all()
    if scope_of(person, Permission.ITEM_MANAGE) is None:
        versions = versions.filter(item__in=ItemVersion.objects.filter(author=person).values("item"))
    if asked.bank.status:
        versions = versions.filter(status=asked.bank.status)
    if asked.form:
        newest_form = ExamForm.objects.filter(code=asked.form).order_by("-version").values("pk")[:1]
        versions = versions.filter(pk__in=FormItem.objects.filter(form__in=Subquery(newest_form)).values("version"))
    newest = versions.filter(item=OuterRef("item")).order_by("-number").values("pk")[:1]
    rows = ItemVersion.objects.filter(pk=Subquery(newest)).select_related("item", "drawing")
    if asked.codes:
        rows = rows.filter(item__code__in=asked.codes)
    return narrowed(rows, asked.bank).order_by("item__code")


def exchange_item_of(version: ItemVersion) -> ExchangeItem:
    """Return all that the author wrote about one version. Raises `OSError` when the storage has lost its picture."""
    drawing = version.drawing
    return ExchangeItem(
        code=version.item.code,
        kind=ItemKind(version.kind),
        scoring=ScoringRule(version.scoring),
        stem=version.stem,
        key=_key_of(version),
        options=tuple(Option(o["id"], o["text"], version.reasons.get(o["id"], "")) for o in version.options),
        prompts=tuple(Prompt(prompt["id"], prompt["text"]) for prompt in version.prompts),
        regions=tuple(Region(**region) for region in version.regions),
        picture=Picture(drawing.content, version.figure_alt, version.figure_caption) if drawing else None,
        parameters=version.scoring_parameters,
        fixed_order=version.fixed_order,
        words=int(version.answer_form.get("words", 0)),
        content_area=version.content_area,
        level=version.level,
        rationale=version.rationale,
        sources=tuple(version.sources),
        enemies=tuple(version.enemies),
        item_set=version.set_code,
        verified_on=version.verified_on.isoformat() if version.verified_on else "",
        review_by=version.review_by.isoformat(),
    )


def _key_of(version: ItemVersion) -> Any:
    if version.kind == ItemKind.NUMERIC:
        return {**version.key, "unit": unit_of_key(version)}
    if version.kind == ItemKind.MATCHING:
        return dict(pair.split(":", 1) for pair in version.key)
    return tuple(version.key) if isinstance(version.key, list) else dict(version.key)
