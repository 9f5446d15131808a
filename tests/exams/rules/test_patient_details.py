import pytest

from exams.rules.patient_details import patient_details


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Seen by MRN 448812", ("a record number",)),
        ("Patient id: 12345", ("a record number",)),
        ("chart no. 99812", ("a record number",)),
        ("case 20260415", ("a record number",)),
        ("born on a Tuesday", ("a date of birth",)),
        ("DOB 04/15/1961", ("a date of birth",)),
        ("15.4.1961", ("a date of birth",)),
        ("1961-04-15", ("a date of birth",)),
        ("call 555 123 4567", ("a phone number",)),
        ("(555) 123-4567", ("a phone number",)),
        ("+49 30 901820", ("a phone number",)),
        ("123-45-6789", ("an insurance number",)),
        ("write to a.b@clinic.org", ("an e-mail address",)),
        ("DOB 04/15/1961, MRN 448812", ("a date of birth", "a record number")),
        ("Needed one prompt, then continued alone", ()),
        ("Motor threshold 54 % MSO, 120 % of it is 64.8 %", ()),
        ("Case code K-17, coil at 45 degrees, 10 Hz, 3000 pulses in 18.75 min", ()),
        ("5 of 10 responses of at least 50 µV", ()),
        ("Stopped after 4.5 s, called at 14:03", ()),
        ("P01-7 and then P02-3", ()),
    ],
)
def test_what_looks_like_patient_details_is_named(text: str, found: tuple[str, ...]) -> None:
    assert patient_details(text) == found
