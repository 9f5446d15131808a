"""Addresses of `certificates`."""

from django.urls import URLPattern, path

from certificates.views import (
    api,
    archives,
    badges,
    desk,
    doubts,
    holders,
    public,
    registry,
    reissues,
    suspensions,
    watches,
)

app_name = "certificates"
urlpatterns: list[URLPattern] = [
    path("verify/", public.verify, name="verify"),
    path("verify/<str:number>", public.verify_number, name="verify_number"),
    path("verify/<str:number>/watch/", watches.ask, name="watch"),
    path("watches/<str:token>/confirm/", watches.confirm, name="watch_confirm"),
    path("watches/<str:token>/end/", watches.end, name="watch_end"),
    # The code on the PDF holds the address in upper case: it makes the code smaller.
    path("VERIFY/<str:number>", public.verify_number, name="verify_scanned"),
    path("pki/root.pem", public.root, name="root"),
    path("api/v1/certificates/<str:number>", api.certificate, name="api_certificate"),
    path("api/v1/verify", api.verify, name="api_verify"),
    path(".well-known/did.json", badges.did, name="did"),
    path("credentials/<uuid:credential_id>", badges.credential, name="badge"),
    path("status/<slug:purpose>/<int:number>", badges.status_list, name="status_list"),
    path("achievements/issuer.json", badges.issuer, name="issuer"),
    path("achievements/<slug:code>/<str:version>/", badges.criteria, name="criteria"),
    path("achievements/<slug:code>/<str:version>/achievement.json", badges.achievement, name="achievement"),
    path("achievements/preview.png", badges.preview, name="preview"),
    path("certificates/<uuid:credential_id>/badge/", holders.badge, name="badge_file"),
    path("certificates/<uuid:credential_id>/badge.png", holders.badge, {"form": "png"}, name="badge_png"),
    path("certificates/<uuid:credential_id>/badge.svg", holders.badge, {"form": "svg"}, name="badge_svg"),
    path("certificates/<uuid:credential_id>/", holders.credential, name="credential"),
    path("certificates/<uuid:credential_id>/download/", holders.download, name="download"),
    path("certificates/<uuid:credential_id>/name/", reissues.ask, name="reissue_ask"),
    path("certificates/<uuid:credential_id>/name/withdraw/", reissues.withdraw, name="reissue_withdraw"),
    path("registry/", registry.registry, name="registry"),
    path("registry/desk/", desk.queue, name="desk"),
    path("registry/desk/<uuid:enrolment_id>/issue/", desk.issue, name="desk_issue"),
    path("registry/desk/<uuid:enrolment_id>/hold/", desk.hold, name="desk_hold"),
    path("registry/desk/holds/<int:hold_id>/release/", desk.release, name="desk_release"),
    path("registry/names/", reissues.requests, name="reissue_requests"),
    path("registry/names/<uuid:request_id>/", reissues.decide, name="reissue_decide"),
    path("registry/archive/", archives.archive, name="archive"),
    path("registry/doubts/", doubts.doubt_list, name="doubts"),
    path("registry/doubts/<int:doubt_id>/keep/", doubts.keep, name="keep"),
    path("registry/<uuid:credential_id>/", registry.registry_credential, name="registry_credential"),
    path("registry/<uuid:credential_id>/suspend/", suspensions.suspend, name="suspend"),
    path("registry/<uuid:credential_id>/reinstate/", suspensions.reinstate, name="reinstate"),
    path("registry/<uuid:credential_id>/revoke/", registry.revoke, name="revoke"),
]
