"""Mails about remediation plans: where to read them and until when, never what was not met."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from exams.mailing import address, send
from exams.models import RemediationPlan
from lms.accounts.models import User
from lms.jobs.actions import enqueue_all
from lms.jobs.registry import handles

PLAN_MAIL = "exams.plan_mail"


class PlanNews(StrEnum):
    """What a mail tells."""

    WRITTEN = "written"
    MOVED = "moved"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    SOON = "soon"
    TODAY = "today"

    @property
    def reminds(self) -> bool:
        """Whether the clock sends it, and not somebody's act."""
        return self in (PlanNews.SOON, PlanNews.TODAY)


WORDS = {
    PlanNews.WRITTEN: ("A plan for your practical", "a plan was written."),
    PlanNews.MOVED: ("A plan for your practical has changed", "a plan got a later last day."),
    PlanNews.HANDED_OVER: ("A plan for your practical has changed", "another person follows up a plan."),
    PlanNews.CLOSED: ("A plan for your practical is closed", "a plan is closed."),
    PlanNews.SOON: ("A plan is due soon", "this is to remind you of a plan."),
    PlanNews.TODAY: ("A plan is due today", "the last day of a plan is today."),
}


def tell_of_plan(plan: RemediationPlan, people: Iterable[int], news: PlanNews) -> None:
    """Leave mails about a plan in the outbox: each piece of news once, and each reminder once for a last day."""
    due_on = plan.due_on.isoformat()
    number = due_on if news.reminds else str(plan.entries.count())
    facts = {"plan": str(plan.pk), "news": news.value, "due_on": due_on, "number": number}
    keys = {person: f"{PLAN_MAIL}:{plan.pk}:{person}:{news}:{number}" for person in people}
    enqueue_all(PLAN_MAIL, {key: facts | {"person": person} for person, key in keys.items()})


@handles(PLAN_MAIL)
def mail_plan(payload: dict[str, Any]) -> None:
    """Tell the trainee, or who follows up, of a plan; what was closed, moved or handed on meanwhile is not told."""
    plan = RemediationPlan.objects.with_people().get(pk=payload["plan"])
    person, news = User.objects.get(pk=payload["person"]), PlanNews(payload["news"])
    is_stale = not plan.is_open or plan.due_on.isoformat() != payload["due_on"]
    if is_stale and news is not PlanNews.CLOSED:
        return
    if person.pk not in (plan.trainee.pk, plan.follow_up_by_id):
        return
    own = person.pk == plan.trainee.pk
    subject, opening = WORDS[news]
    subject = subject if own or news.reminds else f"You follow up a plan of {plan.trainee.full_name}"
    facts = {"plan": plan, "own": own, "opening": opening, "address": address("exams:plan", plan_id=plan.pk)}
    send("plan", f"{plan.pk}.{person.public_id}.{news}.{payload['number']}", person, subject, facts)
