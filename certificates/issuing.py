"""In whose name credentials are issued."""

from certificates.rules.record import Issuer
from content.models import OrganisationSettings

UNNAMED_ORGANISATION = "Threshold"  # until an editor fills in the site's settings


def issuer_now() -> Issuer:
    """Return who issues at this moment, from the site's settings; the record keeps it for good."""
    organisation = OrganisationSettings.current()
    name = organisation.name or UNNAMED_ORGANISATION
    signatory = ", ".join(filter(None, (organisation.signatory_name, organisation.signatory_title)))
    return Issuer(name=name, signatory=signatory or name, place=organisation.place)
