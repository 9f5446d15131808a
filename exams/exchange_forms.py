"""Shape of what is asked of the exchange pages."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from exams.interchange.files import ENCODINGS, MOST_BYTES, Format
from exams.rules.item_material import Level

FORMAT_WORDS = {
    Format.QTI3: "QTI 3.0 package",
    Format.QTI21: "QTI 2.1 package",
    Format.MOODLE: "Moodle XML",
    Format.GIFT: "GIFT",
    Format.CSV: "CSV",
    Format.XLSX: "XLSX",
}
ENCODING_WORDS = {"utf-8": "UTF-8", "utf-16": "UTF-16", "windows-1252": "Windows 1252", "mac-roman": "Mac Roman"}
ACCEPTED = ".zip,.imscc,.xml,.gift,.txt,.csv,.xlsx"
MEGABYTES = MOST_BYTES // 1_000_000


class ImportFileForm(forms.Form):
    """A file, and what its sender knows of it."""

    file = forms.FileField(
        label="File",
        max_length=200,
        help_text=f"QTI 2.1, 2.2 or 3.0 as ZIP or one item, Moodle XML, GIFT, CSV or XLSX; up to {MEGABYTES} MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": "Choose the file to import."},
    )
    area = forms.RegexField(
        r"^[A-Za-z0-9._-]{1,8}$",
        label="Content area",
        required=False,
        help_text="For items that name none, such as D1.",
        error_messages={"invalid": "An area is a short code such as D1."},
    )
    level = forms.ChoiceField(
        label="Level",
        required=False,
        choices=[("", "None"), *((level.value, level.value.capitalize()) for level in Level)],
        help_text="For items that name none.",
    )
    encoding = forms.ChoiceField(
        label="Encoding",
        choices=[(name, ENCODING_WORDS.get(name, name.upper())) for name in ENCODINGS],
        help_text="Of GIFT and CSV only.",
        initial="utf-8",
    )

    def clean_file(self) -> "UploadedFile[Any]":
        """Refuse by size before anything is read."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(f"The file is larger than {MEGABYTES} MB. Cut it into several.")
        return file
