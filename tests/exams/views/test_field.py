"""The shell of the app, its API, the page of devices, and the pages for sealed records."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment
from exams.models import FieldDevice, SealedRecord, SignOff
from exams.views.field import MODULES
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.conftest import PASSWORD, MakePerson
from tests.factories.courses import enrol
from tests.factories.field import SoftDevice, spki
from tests.factories.practicals import make_rubric, make_sitting
from tests.factories.slots import approve, make_site, put_on_the_job

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def url(name: str, *args: object) -> str:
    return reverse(f"exams:{name}", args=args)


def confirm(client: Client, password: str = PASSWORD) -> None:
    """Show again who one is, as the site asks before a device is enrolled."""
    client.post(reverse("account_reauthenticate"), {"password": password})


class TestShell:
    """What a device keeps of the app: the same for everybody, and allowed to do no more than it needs."""

    def test_it_is_the_same_for_a_stranger_and_for_an_assessor(
        self, client_for: SignIn, instructor: User, client: Client
    ) -> None:
        stranger, assessor = client.get(url("field_shell")), client_for(instructor).get(url("field_shell"))
        assert stranger.content == assessor.content
        assert b"csrf" not in stranger.content.lower()
        assert "no-store" not in stranger["Cache-Control"]
        assert stranger.cookies == {}

    def test_its_policy_allows_own_files_and_nothing_else(self, client: Client) -> None:
        policy = dict(
            part.strip().split(" ", 1) for part in client.get(url("field_shell"))["Content-Security-Policy"].split(";")
        )
        assert policy.pop("default-src") == "'none'"
        own = ["connect-src", "img-src", "manifest-src", "script-src", "style-src", "worker-src"]
        assert {name for name, value in policy.items() if value == "'self'"} == set(own)
        assert {name for name, value in policy.items() if value == "'none'"} == set(policy) - set(own)

    def test_the_worker_lists_only_files_that_exist_and_hold_nobody(self, client: Client) -> None:
        answer = client.get(url("field_worker"))
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/javascript; charset=utf-8", "no-cache")
        facts = json.loads(re.search(rb"const SETTINGS = (.*);", answer.content)[1])
        assert facts["shell"] == "/field/"
        assert all(name.startswith(("/static/", "/field/app.webmanifest")) for name in facts["files"])
        shell = client.get(url("field_shell")).content.decode()
        linked = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', shell))
        assert linked <= set(facts["files"])

    def test_every_module_that_the_app_imports_is_kept(self, client: Client) -> None:
        imported = set()
        for name in MODULES:
            path = finders.find(name)
            assert path, name
            with open(path) as file:
                found = re.findall(r'from "(\.[^"]+)"', file.read())
            folder = name.rsplit("/", 1)[0]
            imported |= {re.sub(r"[^/]+/\.\./", "", f"{folder}/{part}").replace("/./", "/") for part in found}
        assert imported <= set(MODULES)

    def test_another_style_or_script_is_another_version(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        before = client.get(url("field_worker")).content
        monkeypatch.setattr("exams.views.field.PICTURES", ("lms/img/mark.svg", "lms/img/field-lines.svg"))
        assert client.get(url("field_worker")).content != before

    def test_switched_off_it_removes_itself(self, client: Client, settings: Any) -> None:
        settings.FIELD_APP = False
        assert b"unregister" in client.get(url("field_worker")).content
        shell = client.get(url("field_shell")).content.decode()
        assert "switched off" in shell
        assert "app.js" not in shell

    def test_its_manifest_stays_in_its_scope(self, client: Client) -> None:
        facts = client.get(url("field_manifest")).json()
        assert (facts["scope"], facts["start_url"], facts["display"]) == ("/field/", "/field/", "standalone")


class TestDevices:
    """Enrolling needs to show again who one is; revoking does not."""

    def test_without_showing_again_who_one_is_nothing_is_enrolled(self, client_for: SignIn, instructor: User) -> None:
        client = client_for(instructor)
        assert "/reauthenticate/" in client.get(url("field_devices")).url
        body = {"label": "Tablet", "public_key": "AAAA"}
        assert client.post(url("field_enrol"), body, content_type="application/json").status_code == 302
        assert not FieldDevice.objects.exists()

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ("{}", 400),
            ("[]", 400),
            ("nonsense", 400),
            ('{"label": 1, "public_key": "x"}', 400),
            ('{"label": "Tablet", "public_key": "AAAA"}', 409),
            ('{"label": "Tablet", "public_key": "é"}', 409),
            ('{"label": " ", "public_key": "AAAA"}', 409),
        ],
    )
    def test_what_is_no_key_is_refused(self, client_for: SignIn, instructor: User, body: str, status: int) -> None:
        client = client_for(instructor)
        confirm(client)
        assert client.post(url("field_enrol"), body, content_type="application/json").status_code == status
        assert not FieldDevice.objects.exists()

    def test_enrolled_for_thirty_days_and_listed(self, client_for: SignIn, instructor: User) -> None:
        client = client_for(instructor)
        confirm(client)
        body = {"label": "Tablet of room 2", "public_key": spki(ec.generate_private_key(ec.SECP256R1()))}
        answer = client.post(url("field_enrol"), body, content_type="application/json")
        assert answer.status_code == 200
        device = FieldDevice.objects.get()
        assert timedelta(days=29) < device.expires_at - timezone.now() <= timedelta(days=30)
        assert "Tablet of room 2" in client.get(url("field_devices")).content.decode()
        again = client.post(url("field_enrol"), body, content_type="application/json").json()
        assert again["device"]["id"] == str(device.pk)
        client.post(url("field_revoke", device.pk))
        device.refresh_from_db()
        assert device.revoked_at is not None
        assert client.post(url("field_enrol"), body, content_type="application/json").json()["code"] == "key_taken"


class TestApi:
    """Refusals are JSON, and say what to do."""

    def test_a_stranger_gets_401(self, client: Client) -> None:
        assert client.get(url("field_contact")).status_code == 401

    def test_contact_lends_a_token_and_is_kept_nowhere(self, client_for: SignIn, instructor: User) -> None:
        answer = client_for(instructor).get(url("field_contact"))
        assert answer.json()["person"] == str(instructor.public_id)
        assert "no-store" in answer["Cache-Control"]
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(instructor)
        token = strict.get(url("field_contact")).json()["csrf"]
        body = json.dumps({"device": str(uuid.uuid4())})
        plain = strict.post(url("field_load"), body, content_type="application/json")
        good = strict.post(url("field_load"), body, content_type="application/json", headers={"X-CSRFToken": token})
        assert (plain.status_code, good.status_code) == (403, 404)

    @pytest.mark.parametrize(
        "body", ["", "[]", "{}", '{"device": 1}', '{"device": "x"}', '{"device": "x", "more": 1}', "[" * 5000]
    )
    @pytest.mark.parametrize("name", ["field_load", "field_upload", "field_take_over", "field_leave"])
    def test_a_body_of_another_shape_is_refused(
        self, client_for: SignIn, instructor: User, name: str, body: str
    ) -> None:
        answer = client_for(instructor).post(url(name), body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_body")

    def test_a_record_with_half_a_character_is_refused(self, instructor: User) -> None:
        device = SoftDevice(instructor)
        whole = {"device": str(device.row.pk), "payload": "\ud800", "signature": "", "passkey": "", "replaced": False}
        body = json.dumps(whole)
        answer = device.client.post(url("field_upload"), body, content_type="application/json")
        assert answer.status_code == 400

    def test_leaving_clears_the_browser_only_when_it_is_confirmed(self, client_for: SignIn, instructor: User) -> None:
        client = client_for(instructor)
        asked = {"waiting": 3, "word": "yes"}
        refused = client.post(url("field_leave"), asked, content_type="application/json")
        assert (refused.status_code, refused.json()["code"]) == (409, "not_confirmed")
        assert "Clear-Site-Data" not in refused
        assert client.get(url("field_contact")).status_code == 200
        left = client.post(url("field_leave"), asked | {"word": " Discard "}, content_type="application/json")
        assert left["Clear-Site-Data"] == '"storage"'
        assert client.get(url("field_contact")).status_code == 401

    def test_no_other_way_out_clears_the_browser(self, client_for: SignIn, instructor: User) -> None:
        client = client_for(instructor)
        assert "Clear-Site-Data" not in client.post(reverse("account_logout"))
        assert "Clear-Site-Data" not in client.get(url("field_contact"))


@pytest.fixture
def tablet(enrolment: Enrolment, instructor: User) -> SoftDevice:
    """Ines' tablet, with Ada's sitting."""
    make_sitting(enrolment, instructor, opened=False)
    device = SoftDevice(instructor)
    device.load()
    return device


class TestSealedRecords:
    """The assessor signs the very digest; the registrar decides about the rest."""

    def test_the_page_shows_the_digest_and_signs_it(self, tablet: SoftDevice) -> None:
        answer = tablet.seal_and_send(tablet.list["sittings"][0])
        page = tablet.client.get(answer["page"]).content.decode()
        assert " ".join(re.findall("....", answer["digest"][:16])) in page
        form = dict(re.findall(r'name="(digest|nonce)" value="([^"]*)"', page))
        wrong = tablet.client.post(answer["page"], form | {"password": "wrong horse battery staple"})
        assert "not your password" in wrong.content.decode()
        stale = tablet.client.post(answer["page"], form | {"password": PASSWORD, "digest": "0" * 64})
        assert not SignOff.objects.exists(), stale.content
        done = tablet.client.post(answer["page"], form | {"password": PASSWORD})
        assert done.status_code == 302
        again = tablet.client.post(answer["page"], form | {"password": PASSWORD})
        assert again.url == url("record", SignOff.objects.get().pk)
        assert SignOff.objects.get().digest == answer["digest"]

    def test_a_refused_record_can_be_seen_and_not_signed(self, tablet: SoftDevice) -> None:
        answer = tablet.send({"payload": "x", "signature": "", "passkey": "", "replaced": False})
        page = tablet.client.get(answer["page"])
        assert "not a sealed record" in page.content.decode()
        assert "password" not in page.content.decode()
        assert tablet.client.post(answer["page"], {"password": PASSWORD}).status_code == 200

    def test_the_registrar_sees_what_waits_and_decides_once(
        self, tablet: SoftDevice, client_for: SignIn, registrar: User
    ) -> None:
        answer = tablet.seal_and_send(tablet.list["sittings"][0], sealed_at=timezone.now() - timedelta(days=2))
        row = SealedRecord.objects.get()
        office = client_for(registrar)
        page = office.get(url("sealed_review")).content.decode()
        assert "Ada Trainee" in page
        assert "clock of the device" in page
        for form in ({}, {"answer": "allow"}, {"answer": "allow", "reason": " "}, {"answer": "x", "reason": "y"}):
            office.post(url("sealed_decide", row.pk), form)
            assert SealedRecord.objects.get().state == "review"
        office.post(url("sealed_decide", row.pk), {"answer": "allow", "reason": "The clock was set wrong, I asked."})
        assert SealedRecord.objects.get().state == "needs_reauth"
        assert "No sealed record waits" in office.get(url("sealed_review")).content.decode()
        twice = office.post(url("sealed_decide", row.pk), {"answer": "set_aside", "reason": "No."}, follow=True)
        assert "decided about this record already" in twice.content.decode()
        assert tablet.load() == []
        assert tablet.list["seals"][0]["state"] == "needs_reauth"
        page = tablet.client.get(answer["page"]).content.decode()
        form = dict(re.findall(r'name="(digest|nonce)" value="([^"]*)"', page))
        assert tablet.client.post(answer["page"], form | {"password": PASSWORD}).status_code == 302
        assert SignOff.objects.get().digest == answer["digest"]

    def test_set_aside_it_goes_back_on_the_list(self, tablet: SoftDevice, client_for: SignIn, registrar: User) -> None:
        tablet.seal_and_send(tablet.list["sittings"][0], place="Elsewhere")
        row = SealedRecord.objects.get()
        client_for(registrar).post(url("sealed_decide", row.pk), {"answer": "set_aside", "reason": "Wrong room."})
        (listed,) = tablet.load()
        assert tablet.seal_and_send(listed)["state"] == "needs_reauth"

    def test_who_has_to_act_is_told_at_home(self, tablet: SoftDevice, client_for: SignIn, registrar: User) -> None:
        office = client_for(registrar)
        assert url("sealed_records") not in tablet.client.get("/home/").content.decode()
        tablet.seal_and_send(tablet.list["sittings"][0], sealed_at=timezone.now() - timedelta(days=2))
        assert "Today and waiting" in office.get("/home/").content.decode()
        assert url("sealed_review") in office.get("/home/").content.decode()
        assert url("sealed_records") not in tablet.client.get("/home/").content.decode()
        form = {"answer": "allow", "reason": "The clock was set wrong."}
        office.post(url("sealed_decide", SealedRecord.objects.get().pk), form)
        assert "Sealed records to sign" in tablet.client.get("/home/").content.decode()

    def test_who_cancels_is_told_that_a_device_holds_it(
        self, tablet: SoftDevice, client_for: SignIn, registrar: User
    ) -> None:
        page = client_for(registrar).get(url("cancel", tablet.list["sittings"][0]["id"]))
        assert "took it along and may have begun it" in page.content.decode()


def test_at_a_site_where_nobody_approved_them_no_checklist_opens(
    enrolment: Enrolment, instructor: User, registrar: User
) -> None:
    make_sitting(enrolment, instructor, opened=False)
    device = SoftDevice(instructor)
    site = make_site(registrar)
    put_on_the_job(enrolment, site, registrar)
    (listed,) = device.load()
    assert listed["bases"] == []
    assert "learns on the job at Northgate" in listed["lacking"]
    approve(site, instructor, registrar)
    (listed,) = device.load()
    assert listed["bases"]
    assert listed["lacking"] == ""
    assert device.seal_and_send(listed)["state"] == "needs_reauth"


def queries(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as counted:
        act()
    return len(counted)


def test_the_list_costs_the_same_however_many_sittings_go_along(
    enrolment: Enrolment, instructor: User, make_person: MakePerson
) -> None:
    make_rubric(enrolment)
    make_sitting(enrolment, instructor, opened=False)
    device = SoftDevice(instructor)
    device.load()
    few = queries(device.load)
    for name in ("Ben Trainee", "Cleo Trainee", "Dora Trainee"):
        make_sitting(enrol(make_person(name, Role.TRAINEE), enrolment.programme), instructor, opened=False)
    device.load()  # binds the new ones, which costs its part of each
    assert len(device.load()) == 4
    assert queries(device.load) == few <= 25


def test_pages_of_sealed_records_cost_the_same_however_many_there_are(
    enrolment: Enrolment, instructor: User, registrar: User, client_for: SignIn, make_person: MakePerson
) -> None:
    device, office = SoftDevice(instructor), client_for(registrar)

    def send_one(row: Enrolment) -> None:
        make_sitting(row, instructor, opened=False)
        device.seal_and_send(device.load()[-1], place="Elsewhere")

    send_one(enrolment)
    pages = {
        "own": lambda: device.client.get(url("sealed_records")),
        "review": lambda: office.get(url("sealed_review")),
    }
    for act in pages.values():
        act()  # fills what the site remembers about itself
    few = {name: queries(act) for name, act in pages.items()}
    for name in ("Ben Trainee", "Cleo Trainee"):
        send_one(enrol(make_person(name, Role.TRAINEE), enrolment.programme))
    assert {name: queries(act) for name, act in pages.items()} == few
    assert max(few.values()) <= 6
