"""Signing a practical with a passkey, or with password and code; and checking the passkey's answer years later."""

import hashlib
import json
import re
import time
import uuid
from base64 import b32decode
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP as OtherTOTP
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from exams.models import SignOff, Sitting
from exams.verification import verify_sign_offs
from lms.accounts.models import User
from lms.audit.append_only import lift_statements, run
from tests.conftest import PASSWORD
from tests.factories.passkeys import PRESENT, SoftPasskey, decode
from tests.factories.practicals import make_sitting, save_values

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def client(client_for: Callable[[User], Client], instructor: User) -> Client:
    """Ines, signed in."""
    return client_for(instructor)


@pytest.fixture
def passkey(instructor: User) -> SoftPasskey:
    """Ines has registered it."""
    key = SoftPasskey()
    key.register(instructor)
    return key


def address(name: str, row: Sitting) -> str:
    return reverse(f"exams:{name}", args=[row.pk])


def hidden(body: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', body)
    assert found, f"no hidden field {name}"
    return unescape(found.group(1))


def asked(body: str) -> dict[str, Any]:
    """Return what the page hands to the browser's passkeys."""
    found = re.search(r'<script id="passkey-request" type="application/json">(.*?)</script>', body)
    assert found, "the page asks for no passkey"
    request: dict[str, Any] = json.loads(found.group(1))
    return request


def summary(client: Client, row: Sitting) -> tuple[str, dict[str, str]]:
    """Open the summary; return it with what its form sends of itself."""
    body = client.get(address("summary", row)).content.decode()
    return body, {"digest": hidden(body, "digest"), "nonce": hidden(body, "nonce"), "password": ""}


def sign_with(client: Client, row: Sitting, passkey: SoftPasskey, **changes: Any) -> Any:
    body, form = summary(client, row)
    return client.post(address("sign", row), form | {"passkey": passkey.answer(asked(body), **changes)})


class TestByPasskey:
    def test_the_challenge_is_the_digest_of_the_record(
        self, client: Client, rated: Sitting, passkey: SoftPasskey
    ) -> None:
        body, form = summary(client, rated)
        assert decode(asked(body)["publicKey"]["challenge"]).hex() == form["digest"]
        assert sign_with(client, rated, passkey).headers["Location"] == address("signed", rated)
        row = SignOff.objects.get()
        client_data = json.loads(decode(json.loads(row.assertion)["client_data"]))
        assert decode(client_data["challenge"]) == hashlib.sha256(bytes(row.record)).digest()
        assert row.auth_method == "passkey"
        assert verify_sign_offs() == []
        page = client.get(reverse("exams:record", args=[row.pk])).content.decode()
        assert "the signer used their passkey at" in page

    def test_who_has_no_passkey_is_not_asked_for_one(self, client: Client, rated: Sitting) -> None:
        assert "passkey" not in summary(client, rated)[0]

    @pytest.mark.parametrize(
        "changes",
        [{"flags": PRESENT}, {"flags": 0}, {"origin": "https://evil.example"}, {"origin": "http://testserver"}],
        ids=["holder not verified", "nobody there", "another site", "not secure"],
    )
    def test_an_answer_that_proves_too_little_signs_nothing(
        self, client: Client, rated: Sitting, passkey: SoftPasskey, changes: dict[str, Any]
    ) -> None:
        answer = sign_with(client, rated, passkey, **changes)
        assert "Your passkey did not sign this. Nothing has been signed." in answer.content.decode()
        assert not SignOff.objects.exists()

    def test_an_answer_for_another_record_signs_nothing(
        self, client: Client, rated: Sitting, passkey: SoftPasskey
    ) -> None:
        before = passkey.answer(asked(summary(client, rated)[0]))
        save_values(rated, {"P01.level": "5"}, seq=2)
        _, form = summary(client, rated)
        answer = client.post(address("sign", rated), form | {"passkey": before})
        assert "Your passkey did not sign this" in answer.content.decode()
        assert not SignOff.objects.exists()

    def test_somebody_elses_passkey_signs_nothing(
        self, client: Client, rated: Sitting, passkey: SoftPasskey, other_instructor: User
    ) -> None:
        stranger = SoftPasskey()
        stranger.register(other_instructor)
        body, form = summary(client, rated)
        request = asked(body)
        request["publicKey"]["allowCredentials"] += [{"id": stranger.answer_id, "type": "public-key"}]
        answer = client.post(address("sign", rated), form | {"passkey": stranger.answer(request)})
        assert "Your passkey did not sign this" in answer.content.decode()
        assert not SignOff.objects.exists()

    @pytest.mark.parametrize("text", ["x", "[]", "{}", '{"response": 1}', '{"id": "é", "rawId": "é"}', "null"])
    def test_what_no_browser_sends_is_refused_in_words(
        self, client: Client, rated: Sitting, passkey: SoftPasskey, text: str
    ) -> None:
        _, form = summary(client, rated)
        answer = client.post(address("sign", rated), form | {"passkey": text})
        assert answer.status_code == 200
        assert "Your passkey did not sign this" in answer.content.decode()

    def test_a_changed_record_is_shown_again_and_can_be_signed(
        self, client: Client, rated: Sitting, passkey: SoftPasskey
    ) -> None:
        body, form = summary(client, rated)
        save_values(rated, {"P01.level": "5"}, seq=2)
        answer = client.post(address("sign", rated), form | {"passkey": passkey.answer(asked(body))})
        assert answer.status_code == 409
        again = answer.content.decode()
        assert decode(asked(again)["publicKey"]["challenge"]).hex() == hidden(again, "digest")
        assert 'name="passkey" value' not in again
        assert sign_with(client, rated, passkey).headers["Location"] == address("signed", rated)

    def test_a_correction_is_signed_the_same_way(self, client: Client, rated: Sitting, passkey: SoftPasskey) -> None:
        sign_with(client, rated, passkey)
        first = SignOff.objects.get()
        where = reverse("exams:correct", args=[first.pk])
        body = client.post(where, {"P01.level": "5", "reason": "A slip of the finger"}).content.decode()
        form = {name: hidden(body, name) for name in ("digest", "nonce", "changes", "reason")} | {"step": "sign"}
        client.post(where, form | {"passkey": passkey.answer(asked(body))})
        assert SignOff.objects.get(version=2).auth_method == "passkey"
        assert verify_sign_offs() == []


class TestCheckedAgain:
    """What the database holds is changed behind the application's back; each change is named."""

    def change(self, row: SignOff, **facts: str) -> list[str]:
        run(connection, lift_statements(connection.vendor, "exams_signoff"))
        SignOff.objects.filter(pk=row.pk).update(**facts)
        return [fault.reason for fault in verify_sign_offs()]

    def test_an_answer_moved_from_another_record(
        self, client: Client, rated: Sitting, passkey: SoftPasskey, instructor: User
    ) -> None:
        sign_with(client, rated, passkey)
        other = make_sitting(rated.enrolment, instructor)
        save_values(other, {field.field: field.value for field in rated.observations.all()})
        sign_with(client, other, passkey)
        first, second = SignOff.objects.order_by("chain_number")
        assert "the passkey signed something else" in self.change(second, assertion=first.assertion)

    @pytest.mark.parametrize(
        ("part", "reason"),
        [
            ("signature", "the passkey's signature does not match"),
            ("public_key", "the public key is not that of the signer's passkey"),
            ("authenticator_data", "the passkey signed for another site"),
            ("relying_party", "the passkey signed for another site"),
        ],
    )
    def test_a_changed_part(
        self, client: Client, rated: Sitting, passkey: SoftPasskey, instructor: User, part: str, reason: str
    ) -> None:
        sign_with(client, rated, passkey)
        row = SignOff.objects.get()
        other = SoftPasskey("other.example")
        other.register(instructor)
        other_body = json.loads(other.answer(self.request_of(row, other)))["response"]
        mine = json.loads(row.assertion)
        replaced = {
            "signature": other_body["signature"],
            "public_key": other.public_key_text,
            "authenticator_data": other_body["authenticatorData"],
            "relying_party": "other.example",
        }
        found = self.change(row, assertion=json.dumps(mine | {part: replaced[part]}))
        assert any(fault.startswith(reason) for fault in found)
        assert "the signature does not match what it covers" in found

    def request_of(self, row: SignOff, key: SoftPasskey) -> dict[str, Any]:
        listed = [{"id": key.answer_id, "type": "public-key"}]
        return {"publicKey": {"challenge": row.digest, "allowCredentials": listed, "userVerification": "required"}}

    @pytest.mark.parametrize("text", ["x", "{}", '{"relying_party": "testserver"}'])
    def test_an_answer_that_nobody_can_read(
        self, client: Client, rated: Sitting, passkey: SoftPasskey, text: str
    ) -> None:
        sign_with(client, rated, passkey)
        assert "the passkey's answer cannot be read" in self.change(SignOff.objects.get(), assertion=text)

    def test_it_holds_when_the_account_has_lost_its_passkey(
        self, client: Client, rated: Sitting, passkey: SoftPasskey
    ) -> None:
        sign_with(client, rated, passkey)
        Authenticator.objects.all().delete()
        assert verify_sign_offs() == []

    @pytest.mark.parametrize("facts", [{"auth_method": "password"}, {"assertion": ""}, {"auth_method": "spoken"}])
    def test_method_and_answer_belong_together(
        self, client: Client, rated: Sitting, passkey: SoftPasskey, facts: dict[str, str]
    ) -> None:
        sign_with(client, rated, passkey)
        run(connection, lift_statements(connection.vendor, "exams_signoff"))
        with pytest.raises(IntegrityError), transaction.atomic():
            SignOff.objects.update(**facts)


class TestByPasswordAndCode:
    @pytest.fixture
    def app(self, instructor: User) -> Callable[[], str]:
        """Ines's authenticator app, by another library; returns the code of now."""
        TOTP.activate(instructor, SECRET)
        clock = OtherTOTP(b32decode(SECRET), 6, SHA1(), 30, enforce_key_length=False)  # noqa: S303 - as every app does (RFC 6238)
        return lambda: clock.generate(int(time.time())).decode()

    def test_both_sign(self, client: Client, rated: Sitting, app: Callable[[], str]) -> None:
        _, form = summary(client, rated)
        given = form | {"password": PASSWORD, "code": app()}
        ends = [client.post(address("sign", rated), given) for _ in range(2)]  # a double tap uses the code twice
        assert [end.headers["Location"] for end in ends] == [address("signed", rated)] * 2
        assert SignOff.objects.get().auth_method == "password_code"
        assert verify_sign_offs() == []

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"password": PASSWORD}, "Enter the code that your authenticator app shows."),
            ({"password": PASSWORD, "code": "12"}, "That code is not valid, or was used already."),
            ({"code": "123456"}, "Enter your password to sign."),
        ],
    )
    def test_one_alone_does_not(
        self, client: Client, rated: Sitting, app: Callable[[], str], given: dict[str, str], sentence: str
    ) -> None:
        _, form = summary(client, rated)
        assert sentence in client.post(address("sign", rated), form | given).content.decode()
        assert not SignOff.objects.exists()

    def test_a_code_counts_once(self, client: Client, rated: Sitting, app: Callable[[], str], instructor: User) -> None:
        code = app()
        client.post(address("sign", rated), summary(client, rated)[1] | {"password": PASSWORD, "code": code})
        other = make_sitting(rated.enrolment, instructor)
        save_values(other, {field.field: field.value for field in rated.observations.all()})
        answer = client.post(address("sign", other), summary(client, other)[1] | {"password": PASSWORD, "code": code})
        assert "was used already" in answer.content.decode()
        assert SignOff.objects.count() == 1

    def test_a_recovery_code_does_as_well(
        self, client: Client, rated: Sitting, app: Callable[[], str], instructor: User
    ) -> None:
        code = RecoveryCodes.activate(instructor).get_unused_codes()[0]
        client.post(address("sign", rated), summary(client, rated)[1] | {"password": PASSWORD, "code": code})
        assert SignOff.objects.get().auth_method == "password_code"


def test_without_a_second_factor_the_password_signs(client: Client, rated: Sitting) -> None:
    body, form = summary(client, rated)
    assert "authenticator app" not in body
    client.post(address("sign", rated), form | {"password": PASSWORD, "nonce": str(uuid.uuid4())})
    assert SignOff.objects.get().auth_method == "password"
