"""What a lesson or an article may contain. Made for this subject: no raw HTML block, no embeds."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.rich_text import RichText
from wagtail.snippets.blocks import SnippetChooserBlock

from content.rules.formative import Feedback, Option, check_choice, check_number, read_number
from content.rules.safe_html import clean_html

INLINE = ["bold", "italic", "link", "code", "superscript", "subscript"]
SHORT = [*INLINE, "ol", "ul", "blockquote"]
LONG = [*SHORT, "h3"]


class CleanTextBlock(blocks.RichTextBlock):
    """Rich text that passes the allow-list before it is stored."""

    def clean(self, value: RichText) -> RichText:
        """Remove what is not on the list."""
        return RichText(clean_html(super().clean(value).source))


class FactBlock(blocks.StructBlock):
    """One claim with its sources."""

    text = CleanTextBlock(features=INLINE)
    sources = blocks.ListBlock(SnippetChooserBlock("content.Source"), min_num=1)
    certainty = blocks.ChoiceBlock(
        choices=[
            ("established", "Established"),
            ("reported", "Reported, not settled"),
            ("unverified", "Not verified: a note is shown"),
        ],
        default="reported",
    )

    class Meta:
        """How editors see it."""

        icon = "pick"
        template = "content/blocks/fact.html"


class CalloutBlock(blocks.StructBlock):
    """A paragraph set apart, with its kind."""

    kind = blocks.ChoiceBlock(
        choices=[
            ("note", "Note"),
            ("safety", "Safety"),
            ("misconception", "Misconception"),
            ("role", "Your role"),
            ("elsewhere", "Outside the US"),
        ],
        default="note",
    )
    title = blocks.CharBlock(max_length=200)
    text = CleanTextBlock(features=SHORT)

    class Meta:
        """How editors see it."""

        icon = "warning"
        template = "content/blocks/callout.html"


class FigureBlock(blocks.StructBlock):
    """A drawing with its description for those who cannot see it."""

    figure = SnippetChooserBlock("content.Figure")
    alt = blocks.TextBlock(help_text="What it shows, for somebody who cannot see it.")
    caption = CleanTextBlock(features=INLINE)
    credit = blocks.CharBlock(required=False, max_length=300)

    class Meta:
        """How editors see it."""

        icon = "image"
        template = "content/blocks/figure.html"


class StepBlock(blocks.StructBlock):
    """One step and the reason for it."""

    text = CleanTextBlock(features=SHORT)
    why = CleanTextBlock(features=INLINE, required=False)


class StepsBlock(blocks.StructBlock):
    """A procedure in order."""

    title = blocks.CharBlock(max_length=200)
    steps = blocks.ListBlock(StepBlock(), min_num=1)

    class Meta:
        """How editors see it."""

        icon = "list-ol"
        template = "content/blocks/steps.html"


class CaseBlock(blocks.StructBlock):
    """A story with a question and an answer on request."""

    title = blocks.CharBlock(max_length=200)
    text = CleanTextBlock(features=SHORT)
    question = CleanTextBlock(features=SHORT)
    answer = CleanTextBlock(features=SHORT)

    class Meta:
        """How editors see it."""

        icon = "user"
        template = "content/blocks/case.html"


class QuestionOptionBlock(blocks.StructBlock):
    """One option with the reason why it is right or wrong."""

    text = blocks.CharBlock(max_length=600)
    correct = blocks.BooleanBlock(required=False)
    reason = blocks.TextBlock()


class QuestionBlock(blocks.StructBlock):
    """A formative question. Answered without a mark; every option has its reason. Never an item of the exam."""

    stem = CleanTextBlock(features=SHORT)
    type = blocks.ChoiceBlock(
        choices=[
            ("single_choice", "One right answer"),
            ("multiple_response", "Several right answers"),
            ("numeric", "A number"),
        ],
        default="single_choice",
    )
    options = blocks.ListBlock(QuestionOptionBlock(), default=[], max_num=6)
    answer = blocks.CharBlock(required=False, max_length=20, help_text="Numbers only.")
    tolerance = blocks.CharBlock(required=False, max_length=20, help_text="Numbers only: how far off is still right.")
    unit = blocks.CharBlock(required=False, max_length=40)
    reason = CleanTextBlock(features=SHORT, required=False, help_text="Numbers only: how to get there.")
    stands_alone = blocks.BooleanBlock(
        required=False,
        default=True,
        help_text="It can be asked without the lesson around it. Otherwise practice and mock exams leave it out.",
    )

    class Meta:
        """How editors see it."""

        icon = "help"
        template = "content/blocks/question.html"

    def clean(self, value: Any) -> Any:
        """Refuse a question that has no key, or more than its type allows."""
        cleaned = super().clean(value)
        problem = problem_of_question(cleaned)
        if problem:
            raise blocks.StructBlockValidationError(non_block_errors=[ValidationError(problem)])
        return cleaned


def problem_of_question(value: Any) -> str | None:
    """Say why a question cannot be asked as it stands, or None."""
    if value["type"] == "numeric":
        answer, tolerance = read_number(value["answer"]), read_number(value["tolerance"])
        if answer is None or tolerance is None or tolerance < Decimal(0):
            return "A number question needs an answer and a tolerance of zero or more."
        return None if value["unit"] and value["reason"] else "A number question needs a unit and a reason."
    options = value["options"]
    right = sum(option["correct"] for option in options)
    if not 2 <= len(options) <= 6:
        return "A choice question has two to six options."
    if value["type"] == "single_choice" and right != 1:
        return f"Exactly one option must be right; {right} are."
    return None if right else "At least one option must be right."


def feedback_on(value: Any, answers: list[str]) -> Feedback:
    """Check what a learner sent for a question block: positions of options, or one typed number."""
    if value["type"] == "numeric":
        typed = answers[0] if answers else ""
        return check_number(typed, answer=value["answer"], tolerance=value["tolerance"])
    options = [Option(option["text"], bool(option["correct"]), option["reason"]) for option in value["options"]]
    return check_choice(options, {int(answer) for answer in answers if answer.isdecimal() and len(answer) < 3})


class MediaBlock(blocks.StructBlock):
    """A recording with its transcript. It never starts by itself."""

    recording = SnippetChooserBlock("content.Recording")
    title = blocks.CharBlock(max_length=200)
    transcript = CleanTextBlock(features=SHORT)

    class Meta:
        """How editors see it."""

        icon = "media"
        template = "content/blocks/media.html"


class SummaryBlock(blocks.StructBlock):
    """What to keep."""

    points = blocks.ListBlock(blocks.CharBlock(max_length=600), min_num=1)

    class Meta:
        """How editors see it."""

        icon = "tick"
        template = "content/blocks/summary.html"


class TableBlock(blocks.StructBlock):
    """A small table: one row of headings, cells with inline text."""

    columns = blocks.ListBlock(blocks.CharBlock(max_length=200), min_num=1, max_num=8)
    rows = blocks.ListBlock(blocks.ListBlock(CleanTextBlock(features=INLINE, required=False), max_num=8), min_num=1)

    class Meta:
        """How editors see it."""

        icon = "table"
        template = "content/blocks/table.html"

    def clean(self, value: Any) -> Any:
        """Refuse rows that are longer or shorter than the headings."""
        cleaned = super().clean(value)
        if any(len(row) != len(cleaned["columns"]) for row in cleaned["rows"]):
            problem = ValidationError("Every row must have as many cells as there are headings.")
            raise blocks.StructBlockValidationError(non_block_errors=[problem])
        return cleaned


class ArticleBlocks(blocks.StreamBlock):
    """Parts of a public page."""

    heading = blocks.CharBlock(icon="title", max_length=200, template="content/blocks/heading.html")
    text = CleanTextBlock(icon="pilcrow", features=LONG)
    table = TableBlock()
    fact = FactBlock()
    callout = CalloutBlock()
    steps = StepsBlock()
    summary = SummaryBlock()


class LessonBlocks(ArticleBlocks):
    """Parts of a lesson: all of an article's, and those that teach."""

    figure = FigureBlock()
    case = CaseBlock()
    question = QuestionBlock()
    media = MediaBlock()
