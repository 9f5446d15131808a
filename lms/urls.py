"""Every address of the site."""

from django.conf import settings
from django.conf.urls.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from lms.accounts.views import cms_door

LOG_IN = RedirectView.as_view(pattern_name="account_login", query_string=True)
CMS_HOME = RedirectView.as_view(url="/cms/")
RESET = RedirectView.as_view(url="/accounts/password/reset/")

urlpatterns: list[URLPattern | URLResolver] = [
    # One door: Wagtail's own log-in views would let people past their second factor (dependencies.md 4.2).
    path("cms/login/", cms_door, name="cms_door"),
    path("cms/password_reset/", RESET),
    path("cms/password_reset/<path:rest>", RESET),
    path("_util/login/", LOG_IN),
    # People and groups are not managed in the CMS: whoever could, would hold every right (S-14).
    path("cms/users/", CMS_HOME),
    path("cms/users/<path:rest>", CMS_HOME),
    path("cms/groups/", CMS_HOME),
    path("cms/groups/<path:rest>", CMS_HOME),
    path("cms/", include(wagtailadmin_urls)),
    path("accounts/", include("allauth.urls")),
    path("", include("lms.accounts.urls")),
    path("", include("lms.dashboard.urls")),
    path("", include("content.urls")),
    path("", include("courses.urls")),
    path("", include("exams.urls")),
    path("", include("certificates.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    path("", include(wagtail_urls)),
]
