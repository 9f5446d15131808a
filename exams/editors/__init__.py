"""The part of the item form that differs by kind: rows of options, the key. A new kind is one class, listed here."""

from exams.editors.base import Fault, KindEditor, Typed
from exams.editors.essay import EssayEditor
from exams.editors.hotspot import HotspotEditor
from exams.editors.matching import MatchingEditor
from exams.editors.numeric import NumericEditor
from exams.editors.options import MultipleResponseEditor, OrderingEditor, SingleChoiceEditor
from exams.editors.texts import ShortTextEditor
from exams.rules.item_material import ItemKind, ScoringRule

EDITORS: dict[ItemKind, type[KindEditor]] = {
    editor.kind: editor
    for editor in (
        SingleChoiceEditor,
        MultipleResponseEditor,
        NumericEditor,
        OrderingEditor,
        MatchingEditor,
        HotspotEditor,
        ShortTextEditor,
        EssayEditor,
    )
}


def is_written(kind: str, scoring: str) -> bool:
    """Say whether the form of items can write this kind with this scoring rule; other rules come in files only."""
    editor = EDITORS.get(ItemKind(kind))
    return editor is not None and ScoringRule(scoring) in editor.rules()


__all__ = ["EDITORS", "Fault", "KindEditor", "Typed", "is_written"]
