"""Pages, sources, figures and the operating organisation."""

from content.models.files import Figure, Recording, private_storage
from content.models.glossary import Term
from content.models.organisation import OrganisationSettings, public_storage
from content.models.pages import ArticlePage, BasePage, HomePage, PrivacyPage
from content.models.sources import Source

__all__ = [
    "ArticlePage",
    "BasePage",
    "Figure",
    "HomePage",
    "OrganisationSettings",
    "PrivacyPage",
    "Recording",
    "Source",
    "Term",
    "private_storage",
    "public_storage",
]
