"""Pictures on the form of an author: uploaded, kept from page to page, handed out to whoever uploaded them.

Between upload and save nothing but the form knows which picture belongs to it. It carries a signed note of the picture
and of the person, so nobody gets or uses a picture that they did not bring themselves or have before them as an item's.
"""

from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from exams.actions.item_figures import has_bytes, keep_picture
from exams.errors import ItemError
from exams.imaging import MOST_BYTES
from exams.item_forms import ChosenFigure
from exams.models import ItemDrawing
from exams.views.drawings import drawing_response
from lms.accounts.models import User
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

SALT = "exams.item_figure"
LOST = "The picture on this form could not be found again. Upload it once more."


def note_of(person: User, drawing: ItemDrawing | None) -> str:
    """Return the signed note by which a form keeps its picture; empty without one."""
    return signing.dumps([person.pk, drawing.digest], salt=SALT) if drawing else ""


def address_of(note: str) -> str:
    """Return the address of the picture of a note; empty without one."""
    return reverse("exams:item_kept_figure", args=[note]) if note else ""


def chosen_figure(request: PersonRequest) -> ChosenFigure:
    """Return the picture of a form that was sent: a file that came with it, else what its note says.

    A file that cannot be used leaves the picture from before in its place.
    """
    note = request.POST.get("figure", "")
    kept = _kept(request.user, note)
    upload = request.FILES.get("picture")
    if upload is not None:
        # One byte more than may be says that there are too many.
        try:
            return ChosenFigure(keep_picture(content=upload.read(MOST_BYTES + 1), by=request.user))
        except ItemError as error:
            return ChosenFigure(kept, error.sentence)
    if request.POST.get("figure_gone"):
        return ChosenFigure()
    return ChosenFigure(kept, LOST if note and kept is None else "")


def _kept(person: User, note: str) -> ItemDrawing | None:
    try:
        whose, digest = signing.loads(note, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    drawing = ItemDrawing.objects.filter(digest=digest).first() if whose == person.pk else None
    return drawing if drawing is not None and has_bytes(drawing) else None


@requires(Permission.ITEM_WRITE)
@require_safe
def kept_figure(request: PersonRequest, note: str) -> HttpResponse:
    """Hand out the picture of a form to the author who has it before them."""
    return drawing_response(_kept(request.user, note))
