"""The organisation that operates this site: name, signatory, logo, accent colours."""

from typing import Any

from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, storages
from django.core.validators import FileExtensionValidator
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site

from content.models.pages import PrivacyPage, address_of
from content.rules.colours import PAPER_DARK, PAPER_LIGHT, TEXT_CONTRAST, contrast, ink_on, is_colour

CACHE_KEY = "organisation"
CACHE_SECONDS = 30


def public_storage() -> Storage:
    """Return the storage whose files anybody may fetch."""
    return storages["default"]


def colour_problem(colour: str, paper: str) -> str | None:
    """Say why a colour cannot be the accent on `paper`, or None."""
    if not is_colour(colour):
        return "Write the colour as #rrggbb."
    found = contrast(colour, paper)
    if found < TEXT_CONTRAST:
        return f"The contrast to the page is {found:.1f}:1; text needs at least {TEXT_CONTRAST}:1."
    return None


@register_setting(icon="home")
class OrganisationSettings(BaseSiteSetting):
    """Set by an editor under Settings; shown on every page, in mails and on certificates."""

    name = models.CharField("name of the organisation", max_length=120, blank=True)
    contact_email = models.EmailField("contact address", blank=True)
    signatory_name = models.CharField("who signs certificates", max_length=120, blank=True)
    signatory_title = models.CharField("title of the signatory", max_length=120, blank=True)
    place = models.CharField(max_length=120, blank=True)
    logo = models.FileField(
        upload_to="organisation/",
        storage=public_storage,
        blank=True,
        validators=[FileExtensionValidator(["png", "jpg", "webp"])],
        help_text="PNG, JPEG or WebP, about 200 pixels high.",
    )
    accent_light = models.CharField("accent colour on light pages", max_length=7, blank=True, help_text="As #rrggbb.")
    accent_dark = models.CharField("accent colour on dark pages", max_length=7, blank=True, help_text="As #rrggbb.")

    privacy_address = ""  # of the published privacy page; read along by `current`

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("contact_email"), FieldPanel("place")], "Organisation"),
        MultiFieldPanel([FieldPanel("signatory_name"), FieldPanel("signatory_title")], "Certificates"),
        MultiFieldPanel([FieldPanel("logo"), FieldPanel("accent_light"), FieldPanel("accent_dark")], "Look"),
    ]

    class Meta:
        """As the menu calls it."""

        verbose_name = "organisation"

    def __str__(self) -> str:
        return self.name or "Organisation without a name"

    @classmethod
    def current(cls) -> "OrganisationSettings":
        """Return the settings of the default site, empty ones while nobody filled them in, with the privacy page.

        Kept in this process for half a minute, so that pages without an account cost no query for it.
        """
        kept: OrganisationSettings | None = caches["local"].get(CACHE_KEY)
        if kept is None:
            privacy = models.Subquery(PrivacyPage.objects.live().values("url_path")[:1])
            sites = Site.objects.filter(is_default_site=True).select_related("organisationsettings")
            site = sites.annotate(privacy_path=privacy).first()
            kept = getattr(site, "organisationsettings", None) or cls()
            kept.privacy_address = address_of(site.privacy_path) if site and site.privacy_path else ""
            caches["local"].set(CACHE_KEY, kept, CACHE_SECONDS)
        return kept

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store, and show the new values at once in this process."""
        super().save(*args, **kwargs)
        caches["local"].delete(CACHE_KEY)

    def clean(self) -> None:
        """Both colours or none, and both readable."""
        super().clean()
        problems = {}
        for field, paper in (("accent_light", PAPER_LIGHT), ("accent_dark", PAPER_DARK)):
            colour = getattr(self, field)
            if colour and (problem := colour_problem(colour, paper)):
                problems[field] = problem
        if bool(self.accent_light) != bool(self.accent_dark):
            problems["accent_dark"] = "Set both accent colours, or none."
        if problems:
            raise ValidationError(problems)

    @property
    def has_colours(self) -> bool:
        """Say whether own accent colours are set."""
        return bool(self.accent_light and self.accent_dark)

    def brand_css(self) -> str:
        """Return the style sheet that puts the accent colours in place; empty without colours.

        Values are checked again here: whatever stands in the row, only colours reach the style sheet.
        """
        if not (is_colour(self.accent_light) and is_colour(self.accent_dark)):
            return ""
        ink = f"light-dark({ink_on(self.accent_light)}, {ink_on(self.accent_dark)})"
        accent = f"light-dark({self.accent_light}, {self.accent_dark})"
        wash = f"color-mix(in srgb, {accent} 12%, var(--paper))"
        return f":root {{ --accent: {accent}; --accent-ink: {ink}; --accent-wash: {wash}; }}\n"
