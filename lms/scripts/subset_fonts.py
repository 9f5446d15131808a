"""Make the font files of our PDFs from the Noto fonts of Debian (package fonts-noto-core).

Run once, by hand, when the fonts change: `python lms/scripts/subset_fonts.py`. The files are committed, so that a
certificate is the same on every machine; subsetting at run time would write the clock into each file. The Noto fonts
are under the SIL Open Font License 1.1, which stands beside the files.
"""

from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]  # used by this script only

SOURCE = Path("/usr/share/fonts/truetype/noto")
TARGET = Path(__file__).resolve().parents[2] / "lms" / "look" / "print" / "fonts"
NAMES = ("NotoSerifDisplay-Regular", "NotoSerif-Regular", "NotoSans-Regular")
# Latin with all extensions for European and Vietnamese names, Greek, Cyrillic, combining marks, punctuation, euro.
CHARACTERS = "U+0020-024F,U+02B0-02FF,U+0300-036F,U+0370-03FF,U+0400-052F,U+1E00-1EFF,U+2000-206F,U+20AC,U+2116"
FEATURES = "kern,liga,locl,ccmp,mark,mkmk,lnum,tnum,pnum"


def main() -> None:
    """Write one subset for each font."""
    for name in NAMES:
        subset.main(
            [
                str(SOURCE / f"{name}.ttf"),
                f"--output-file={TARGET / name}.ttf",
                f"--unicodes={CHARACTERS}",
                f"--layout-features={FEATURES}",
                "--no-hinting",
                "--no-recalc-timestamp",
            ]
        )


if __name__ == "__main__":
    main()
