"""The yearly evidence: what the archive holds, what it never holds, and that the same data give the same bytes."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import DatabaseError, transaction

from exams.actions.evidence import PACK
from exams.actions.regrades import REGRADE, propose_key_change
from exams.models import EvidencePack, ItemVersion
from exams.rules.key_changes import KeyPolicy
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.exams.staff import agree, enrol, run_jobs, sit
from tests.factories.exams import make_exam
from tests.factories.panels import make_panel, run_round

pytestmark = pytest.mark.django_db


def ask(desk, exam, year=2025) -> zipfile.ZipFile:
    """Ask for a pack, let the worker make it, download it."""
    answer = desk.post("/results/evidence/", {"exam": exam.pk, "year": year})
    assert answer.status_code == 302, answer.content
    run_jobs(PACK)
    pack = EvidencePack.objects.latest("asked_at")
    answer = desk.get(f"/results/evidence/{pack.pk}/pack.zip")
    assert answer.streaming
    content = b"".join(answer.streaming_content)
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (pack.digest, pack.size)
    return zipfile.ZipFile(io.BytesIO(content))


def table(pack: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pack.read(name).decode("utf-8-sig"))))


@pytest.fixture
def exam(programme):
    return make_exam(4, programme=programme)


@pytest.fixture
def desk(registrar, client_for):
    return client_for(registrar)


def test_a_year_is_packed_without_persons_items_and_keys(exam, programme, make_person, exam_admin, desk, client_for):
    form = exam.active_form
    with time_machine.travel(datetime(2025, 3, 1, 9, tzinfo=UTC)):
        judges = [make_person(f"Judge {name}", Role.INSTRUCTOR) for name in ("Juno", "Jada")]
        panel = make_panel(form, judges, by=exam_admin)
        run_round(panel, {judges[0]: [50, 60, 70, 80], judges[1]: [60, 60, 60, 60]}, by=exam_admin)
    with time_machine.travel(datetime(2025, 6, 1, 9, tzinfo=UTC)):
        for number, given in enumerate(["bbbb", "bbba", "bbaa", "baaa", "aaaa"]):
            sit(enrol(make_person(f"Candidate {number}", Role.TRAINEE), programme), exam, given)
        second = make_person("Xavier Admin", Role.EXAM_ADMIN)
        facts = {"version": ItemVersion.objects.get(item__code="D1-002"), "policy": KeyPolicy.FULL_CREDIT}
        agree(propose_key_change(**facts, reason="Option b of Ada.", by=exam_admin), second, REGRADE)
    pack = ask(desk, exam)
    names = set(pack.namelist())
    folder = next(name for name in names if name.endswith("analysis.pdf")).rpartition("/")[0]
    assert {
        "README.md", "manifest.sha256", "programme.csv", "undefined.csv", "appeals.csv", "key-changes.csv",
        "rater-agreement.json", "rules/policy.json", "rules/policy-changes.csv", "rules/cut-scores.json",
        "panels/panel-1.json", f"{folder}/form.csv", f"{folder}/items.csv",
    } < names  # fmt: skip
    listed = dict(reversed(line.split("  ")) for line in pack.read("manifest.sha256").decode().splitlines())
    assert listed == {name: hashlib.sha256(pack.read(name)).hexdigest() for name in names - {"manifest.sha256"}}
    rates = {row["measure"]: row for row in table(pack, "programme.csv")}
    assert rates["pass_rate_first_attempts"]["n"] == "5"
    items = {row["item"]: float(row["p"]) for row in table(pack, f"{folder}/items.csv")}
    # Of five persons 4, 3, 2 and 1 were right; the second item gives full points to all by now.
    assert items == {"D1-001": 0.8, "D1-002": 1.0, "D1-003": 0.4, "D1-004": 0.2}
    assert [row["item"] for row in table(pack, "key-changes.csv")] == ["D1-002"]
    held = json.loads(pack.read("panels/panel-1.json"))
    # Judge A: 2.6 points, judge B: 2.4.
    assert [judge["points"] for judge in held["rounds"][0]["judges"]] == ["2.60", "2.40"]
    assert json.loads(pack.read("rules/cut-scores.json"))[0]["cut_points"] == "2.00"
    gaps = {(row["file"], row["statistic"]) for row in table(pack, "undefined.csv")}
    assert ("rater-agreement.json", "agreement of markers") in gaps
    everything = b"".join(pack.read(name) for name in names if not name.endswith(".pdf")).decode()
    for secret in ("Candidate", "example.org", "Juno", "Option b of Ada", "What is the answer", "Xavier"):
        assert secret not in everything, secret
    again = ask(client_for(exam_admin), exam)
    assert [again.read(name) for name in sorted(names)] == [pack.read(name) for name in sorted(names)]
    assert len(set(EvidencePack.objects.values_list("digest", flat=True))) == 1
    verbs = list(Event.objects.filter(verb__startswith="evidence.").values_list("verb", flat=True))
    assert sorted(verbs) == sorted(["evidence.requested", "evidence.packed", "evidence.downloaded"] * 2)
    with pytest.raises(DatabaseError), transaction.atomic():
        EvidencePack.objects.update(digest="0" * 64)


def test_a_year_with_few_persons_says_so_and_a_year_to_come_is_refused(exam, programme, make_person, desk):
    with time_machine.travel(datetime(2025, 6, 1, 9, tzinfo=UTC)):
        sit(enrol(make_person("Candidate", Role.TRAINEE), programme), exam, "bbbb")
    pack = ask(desk, exam)
    assert not [name for name in pack.namelist() if name.startswith("forms/")]
    reasons = {row["reason"] for row in table(pack, "undefined.csv")}
    assert {"too_few", "none"} <= reasons
    assert [row["hidden"] for row in table(pack, "programme.csv") if row["measure"] == "pass_rate_first_attempts"] == [
        "yes"
    ]
    assert desk.post("/results/evidence/", {"exam": exam.pk, "year": 2999}).status_code == 409
    assert desk.post("/results/evidence/", {"exam": exam.pk, "year": "soon"}).status_code == 422
