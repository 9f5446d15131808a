"""Addresses of `certificates`."""

from django.urls import URLPattern, path

from certificates.views import api, badges, doubts, holders, log, public, registry, watches

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
    path("log/", log.about, name="log"),
    path("log/checkpoint", log.checkpoint, name="log_checkpoint"),
    path("log/tile/<path:path>", log.tile, name="log_tile"),
    path("log/keys", log.keys, name="log_keys"),
    path("log/check_register.py", log.checker, name="log_checker"),
    path("certificates/<str:number>.tlog-proof", log.proof, name="log_proof"),
    path("certificates/<uuid:credential_id>/badge/", holders.badge, name="badge_file"),
    path("certificates/<uuid:credential_id>/badge.png", holders.badge, {"form": "png"}, name="badge_png"),
    path("certificates/<uuid:credential_id>/badge.svg", holders.badge, {"form": "svg"}, name="badge_svg"),
    path("certificates/<uuid:credential_id>/", holders.credential, name="credential"),
    path("certificates/<uuid:credential_id>/download/", holders.download, name="download"),
    path("registry/", registry.registry, name="registry"),
    path("registry/doubts/", doubts.doubt_list, name="doubts"),
    path("registry/doubts/<int:doubt_id>/keep/", doubts.keep, name="keep"),
    path("registry/<uuid:credential_id>/", registry.registry_credential, name="registry_credential"),
    path("registry/<uuid:credential_id>/revoke/", registry.revoke, name="revoke"),
]
