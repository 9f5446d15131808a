"""Badges made by the real jobs, served to anybody, and taken back."""

import io
import json
import re
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image, PngImagePlugin
from pytest_django import DjangoAssertNumQueries

from certificates import badges
from certificates.actions import revoke
from certificates.badge_keys import badge_identity, open_badge_identity
from certificates.badge_trust import issuer_trust, own_status_list, trusted_multikeys
from certificates.badges import badge_of, publish_all_status_lists
from certificates.models import Badge, BadgeKey, Credential, Revocation, StatusList
from certificates.rules.badges.checking import BadgeAnswer, BadgeFault, check_badge
from certificates.schedule import make_missing_badges
from courses.models import Enrolment, Pathway
from lms.accounts.models import User
from lms.audit.models import Event
from lms.jobs.models import Job
from lms.jobs.tasks import work
from tests.factories.certificates import credential, signed_bytes
from tests.factories.issuer_keys import write_badge_key

ClientFor = Callable[[User], Client]


@pytest.fixture
def held(enrolment: Enrolment) -> Credential:
    return credential(enrolment)


def run_jobs(*kinds: str) -> None:
    for kind in kinds:
        for job in Job.objects.filter(kind=kind):
            work(str(job.pk))


def check(content: bytes) -> BadgeAnswer:
    return check_badge(content, trust=issuer_trust(), status_list_at=own_status_list, now=timezone.now())


def take_back(held: Credential, registrar: User) -> None:
    revoke(credential=held, reason=Revocation.Reason.MISCONDUCT, public_text="Established.", by=registrar)


def test_the_job_of_the_certificate_makes_one_badge_and_puts_it_into_the_file(held: Credential) -> None:
    content = signed_bytes(held)
    badge = Badge.objects.get()
    run_jobs("certificate.status_list")
    assert check(bytes(badge.content)) == BadgeAnswer(None, held.public_number)
    assert badge_of(held) == badge
    assert signed_bytes(held) == content
    assert Event.objects.get(verb="badge.signed").data == {"sha256": badge.sha256, "key": badge.key_id}
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert sorted(pdf.attachments) == ["credential.json", "openbadge.json"]
        assert pdf.attachments["openbadge.json"].get_file().read_bytes() == bytes(badge.content)
        assert {str(item.AFRelationship) for item in pdf.Root.AF} == {"/Data"}
        assert {str(item.UF) for item in pdf.Root.AF} == {"credential.json", "openbadge.json"}


def test_a_worker_that_died_after_the_badge_leaves_the_same_badge(
    held: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*arguments: Any, **named: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("certificates.rendering.render", die)
        with pytest.raises(Killed):
            signed_bytes(held)
    badge = Badge.objects.get()
    with pikepdf.open(io.BytesIO(signed_bytes(held))) as pdf:
        assert pdf.attachments["openbadge.json"].get_file().read_bytes() == bytes(badge.content)
    assert Badge.objects.get() == badge
    assert Event.objects.filter(verb="badge.signed").count() == 1


def test_the_second_of_two_workers_returns_the_badge_of_the_first(
    held: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one looked before the first one stored, and finds out at the constraint."""
    real, first = badges._draw_up, []

    def draw_up(of: Credential, place: Any) -> Any:
        if not first:
            first.append(None)
            first[0] = badge_of(of)
        return real(of, place)

    monkeypatch.setattr(badges, "_draw_up", draw_up)
    assert badge_of(held) == first[0] == Badge.objects.get()
    assert Event.objects.filter(verb="badge.signed").count() == 1


def test_a_taken_place_is_drawn_again_and_a_full_list_is_left(
    held: Credential, programme: Any, make_person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([5, 5, 7, *[5, 7] * 4, 5])
    monkeypatch.setattr(badges.secrets, "randbelow", lambda end: next(drawn))
    others = [
        credential(
            Enrolment.objects.create(
                person=make_person(f"Person {number}"),
                programme=programme,
                curriculum_version="1",
                pathway=Pathway.ACADEMIC,
            )
        )
        for number in range(2)
    ]
    assert [(made.status_list, made.status_index) for made in map(badge_of, [held, *others])] == [
        (1, 5),
        (1, 7),
        (2, 5),
    ]
    assert sorted(Job.objects.filter(kind="certificate.status_list").values_list("payload__number", flat=True)) == [
        1,
        2,
    ]


def test_a_revocation_sets_the_bit_in_one_list(held: Credential, registrar: User, client: Client) -> None:
    badge = badge_of(held)
    run_jobs("certificate.status_list")
    before = StatusList.objects.get(purpose="suspension").content
    take_back(held, registrar)
    assert check(bytes(badge.content)).fault is None
    run_jobs("certificate.list_revocation")
    assert check(bytes(badge.content)) == BadgeAnswer(BadgeFault.REVOKED, held.public_number)
    assert StatusList.objects.count() == 2
    subjects = [json.loads(bytes(row.content))["credentialSubject"] for row in StatusList.objects.order_by("purpose")]
    assert subjects[1]["encodedList"] == json.loads(bytes(before))["credentialSubject"]["encodedList"]
    assert client.get("/status/revocation/1").content == bytes(StatusList.objects.get(purpose="revocation").content)


def test_one_revoked_before_it_had_a_badge_gets_it_with_its_bit_set(held: Credential, registrar: User) -> None:
    take_back(held, registrar)
    run_jobs("certificate.list_revocation")
    assert check(bytes(Badge.objects.get().content)).fault is BadgeFault.REVOKED


def test_lists_are_signed_anew_before_they_run_out(held: Credential) -> None:
    badge = badge_of(held)
    run_jobs("certificate.status_list")
    content = bytes(badge.content)
    tomorrow = timezone.now() + timedelta(hours=24, seconds=1)
    stale = check_badge(content, trust=issuer_trust(), status_list_at=own_status_list, now=tomorrow)
    assert stale.fault is BadgeFault.STATUS_NOT_READ
    first = StatusList.objects.values_list("signed_at", flat=True).first()
    publish_all_status_lists()
    assert StatusList.objects.filter(signed_at__gt=first).count() == 2
    assert Event.objects.filter(verb="status_list.signed").count() == 4


def test_certificates_from_before_get_their_badge(held: Credential) -> None:
    make_missing_badges({})
    make_missing_badges({})
    run_jobs("certificate.badge")
    assert Badge.objects.get().credential == held
    make_missing_badges({})
    assert Job.objects.filter(kind="certificate.badge").count() == 1


def test_badges_and_keys_are_evidence(held: Credential) -> None:
    badge = badge_of(held)
    with pytest.raises(TypeError):
        badge.save()
    for rows in (Badge.objects.all(), BadgeKey.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(id=99)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)


def test_everybody_reads_key_badge_list_issuer_and_achievement(
    held: Credential, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert client.get("/.well-known/did.json").status_code == 404
    badge = badge_of(held)
    run_jobs("certificate.status_list")
    document = json.loads(bytes(badge.content))
    achievement = document["credentialSubject"]["achievement"]
    here = len("http://localhost:8000")
    client.get("/achievements/issuer.json")  # fills the cache of the organisation's settings
    answers = {}
    for name, address, queries in (
        ("did", "/.well-known/did.json", 1),
        ("badge", document["id"][here:], 1),
        ("list", document["credentialStatus"][0]["statusListCredential"][here:], 1),
        ("issuer", "/achievements/issuer.json", 0),
        ("achievement", achievement["id"][here:], 1),
    ):
        with django_assert_num_queries(queries):
            answers[name] = client.get(address)
        assert answers[name].status_code == 200
        assert answers[name]["Access-Control-Allow-Origin"] == "*"
    did = answers["did"].json()
    assert did["id"] == document["issuer"]["id"] == "did:web:localhost%3A8000"
    assert document["proof"]["verificationMethod"] in did["assertionMethod"]
    assert answers["badge"].content == bytes(badge.content)
    assert answers["badge"]["Cache-Control"] == "no-store"
    assert answers["list"]["Cache-Control"] == "public, max-age=300"
    assert answers["list"]["Content-Type"] == "application/vc+ld+json"
    assert answers["issuer"].json()["id"] == did["id"]
    described = answers["achievement"].json()
    assert described.pop("@context") == ["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
    assert described == achievement
    page = client.get(achievement["criteria"]["id"][here:])
    for sentence in ("Complete every lesson of the course", "not a licence to practise"):
        assert sentence in page.content.decode()
    for address in (
        "/status/revocation/2",
        "/status/else/1",
        "/achievements/tms-technician/1999/",
        "/achievements/x/1/",
    ):
        assert client.get(address).status_code == 404


def test_the_holder_downloads_the_badge(
    held: Credential, trainee: User, other_trainee: User, client_for: ClientFor
) -> None:
    assert client_for(trainee).get(f"/certificates/{held.pk}/badge/").status_code == 404
    signed_bytes(held)
    response = client_for(trainee).get(f"/certificates/{held.pk}/badge/")
    assert response.content == bytes(Badge.objects.get().content)
    assert response["Content-Disposition"] == f'attachment; filename="{held.public_number}.json"'
    assert Event.objects.get(verb="certificate.downloaded").data == {"file": "badge"}
    assert f"/certificates/{held.pk}/badge/" in client_for(trainee).get(f"/certificates/{held.pk}/").content.decode()
    assert client_for(other_trainee).get(f"/certificates/{held.pk}/badge/").status_code == 404


@pytest.mark.parametrize("form", ["png", "svg"])
def test_the_holder_downloads_the_badge_inside_a_picture(
    form: str, held: Credential, trainee: User, other_trainee: User, client_for: ClientFor, client: Client
) -> None:
    address = f"/certificates/{held.pk}/badge.{form}"
    assert client_for(trainee).get(address).status_code == 404
    made = badge_of(held)
    publish_all_status_lists()
    response = client_for(trainee).get(address)
    assert response["Content-Disposition"] == f'attachment; filename="{held.public_number}.{form}"'
    assert Event.objects.get(verb="certificate.downloaded").data == {"file": "badge"}
    assert client_for(other_trainee).get(address).status_code == 404
    if form == "png":
        picture = Image.open(io.BytesIO(response.content))
        picture.load()
        assert isinstance(picture, PngImagePlugin.PngImageFile)
        assert (picture.size, picture.text) == ((600, 600), {"openbadgecredential": bytes(made.content).decode()})
    else:
        root = ElementTree.fromstring(response.content)  # noqa: S314  # made by ourselves a moment ago
        assert root[0].text == bytes(made.content).decode()
    answer = client.post("/api/v1/verify", {"file": io.BytesIO(response.content)}).json()
    assert (answer["result"], answer["certificate"]["number"]) == ("genuine", held.public_number)


def test_t13_a_shared_link_has_a_preview_without_the_name(held: Credential, registrar: User, client: Client) -> None:
    head = client.get(f"/verify/{held.public_number}").content.decode().split("</head>")[0]
    [address] = re.findall(r'property="og:image" content="http://localhost:8000([^"]+)"', head)
    assert f'property="og:url" content="http://localhost:8000/verify/{held.public_number}"' in head
    assert "TMS technician: certificate of completion" in head
    assert "Ada Trainee" not in head
    response = client.get(address)
    picture = Image.open(io.BytesIO(response.content))
    assert (picture.size, response["Content-Type"]) == ((1200, 630), "image/png")
    take_back(held, registrar)
    assert "og:image" not in client.get(f"/verify/{held.public_number}").content.decode()


def test_a_new_key_signs_and_the_retired_one_is_still_believed(held: Credential, settings: Any, tmp_path: Path) -> None:
    badge = badge_of(held)
    settings.BADGE_KEY_FILE = str(write_badge_key(tmp_path / "second.p12", settings.ISSUER_KEY_PASSPHRASE))
    publish_all_status_lists()
    assert trusted_multikeys() == [badge.key.multikey, badge_identity().multikey]
    assert check(bytes(badge.content)).fault is None
    settings.ISSUER_DEVELOPMENT_KEY = False
    assert trusted_multikeys() == [badge_identity().multikey]
    assert check(bytes(badge.content)).fault is BadgeFault.UNKNOWN_KEY


def test_the_key_is_encrypted_hidden_and_refused_where_it_does_not_belong(settings: Any, tmp_path: Path) -> None:
    place = tmp_path / "keys" / "badge.p12"
    settings.BADGE_KEY_FILE = str(place)
    identity = badge_identity()
    assert identity.is_development
    assert "private_key" not in repr(identity)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert open_badge_identity(place).multikey == identity.multikey
    settings.ISSUER_KEY_PASSPHRASE = "wrong"
    with pytest.raises(ImproperlyConfigured, match="ISSUER_KEY_PASSPHRASE"):
        open_badge_identity(place)
    settings.ISSUER_KEY_PASSPHRASE = "test"
    settings.ISSUER_DEVELOPMENT_KEY = False
    with pytest.raises(ImproperlyConfigured, match="development key"):
        open_badge_identity(place)
    settings.BADGE_KEY_FILE = str(tmp_path / "other.p12")
    with pytest.raises(ImproperlyConfigured, match="no key for badges"):
        badge_identity()
    settings.ISSUER_KEY_FILE = ""
    with pytest.raises(ImproperlyConfigured, match="does not sign"):
        badge_identity()
