"""The topics of the programme, row by row as its design lists them, each taught in every module that it names."""

import pytest

from content.proofreading import proofread
from content.reader import Material
from tests.factories.material import shipped_material

# Topic and modules, from section 2 of the curriculum. Rows on admission and membership are no lessons.
ROWS = [
    ("First contact, reception, front desk", ["M11", "M09"]),
    ("Coordinating patient services; working with administrators and physicians", ["M11", "M12"]),
    ("Scheduling with medical software", ["M11"]),
    ("Collecting payments", ["M11"]),
    ("HIPAA, managing and filing records", ["M11", "M10"]),
    ("Clerical skill, accurate filing", ["M11"]),
    ("Empathy; sensitivity; motivation to help", ["M09"]),
    ("Active listening", ["M09", "M10"]),
    ("Attention to detail, reading between the lines", ["M09", "M10"]),
    ("Mental-health knowledge", ["M03"]),
    ("TMS training, operating a device", ["M06", "M07", "M08", "M12"]),
    ("History of TMS", ["M01"]),
    ("Pulses and the skull, electricity in a coil", ["M02"]),
    ("Areas of irregular neuronal activity", ["M02"]),
    ("Coil on the head, clicking", ["M07"]),
    ("Mid-1900s depression data", ["M01"]),
    ("Effect similar to antidepressants", ["M04"]),
    ("The first equipment in 2008, cleared and not approved", ["M01", "M04"]),
    ("Needed medication failure", ["M04"]),
    ("Works for MDD, OCD and PTSD", ["M04"]),
    ("Series of sessions, office or outpatient, duration varies", ["M07", "M11"]),
    ("3-4 weeks until effects", ["M09"]),
    ("Remapping after about a month without change", ["M07", "M06"]),
    ("Weekly questionnaire", ["M10"]),
    ("Assess symptoms every session", ["M05", "M10"]),
    ("Non-invasive, well tolerated", ["M08"]),
    ("No anaesthesia, unlike ECT", ["M01", "M08"]),
    ("Reclining chair", ["M05"]),
    ("Earplugs handed out", ["M05", "M08"]),
    ("Mapping, tapping, device turning off and on", ["M06"]),
    ("Remain still", ["M07"]),
    ("Motor threshold", ["M06"]),
    ("Efficacy for specific disorders; administrative aspects", ["M04", "M11"]),
    ("Under guidance of trained psychiatrists", ["M12"]),
]


@pytest.fixture(scope="module")
def material() -> Material:
    return shipped_material()


def test_the_topics_are_those_of_the_curriculum(material: Material) -> None:
    assert [topic.topic for topic in material.topics] == [topic for topic, _ in ROWS]


@pytest.mark.parametrize(("topic", "modules"), ROWS)
def test_each_topic_is_taught_in_each_of_its_modules(material: Material, topic: str, modules: list[str]) -> None:
    (entry,) = [entry for entry in material.topics if entry.topic == topic]
    assert {place.lesson.partition("-")[0] for place in entry.taught_in} == set(modules)


def test_every_place_exists(material: Material) -> None:
    findings = proofread(material, today=max(item.verified_on for item in material.items)).findings
    assert [finding for finding in findings if finding.check == "topic"] == []
