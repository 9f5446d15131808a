"""The steps of the story, in order."""

from django.core.management import call_command

from lms.audit.actions import first_fault
from lms.audit.models import Event
from lms.demo import people
from lms.demo.site import wait_for_queue, wait_for_site
from lms.demo.story import Scene, Step, StepFailed

LOG_NAME = "demo.log"


def lay_database(scene: Scene) -> str:
    """Bring the database to the state that the code expects."""
    call_command("migrate", verbosity=0, interactive=False)
    return ""


def start_site(scene: Scene) -> str:
    """Wait for the web server and the workers, which start beside the story."""
    wait_for_site(scene.site_url, scene.var_dir / "log" / LOG_NAME)
    return f"{scene.site_url}, with workers beside it"


def finish_work(scene: Scene) -> str:
    """Let the workers finish what the story left them to do."""
    return f"{wait_for_queue()} jobs done, none left"


def check_trail(scene: Scene) -> str:
    """Recompute the audit chain."""
    if fault := first_fault():
        raise StepFailed(f"The audit chain does not hold at event {fault.sequence}: {fault.reason}.")
    return f"{Event.objects.count()} events, the chain holds"


PREPARATION = [
    Step("Database", lay_database),
    Step("People and their roles", people.meet),
]

STORY = [
    Step("Web server and workers", start_site),
    Step("Background work", finish_work),
    Step("Audit trail", check_trail),
]
