"""A story of named steps, with a line of progress for each."""

import os
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

GREEN, RED, PLAIN = "\033[32m", "\033[31m", "\033[0m"


class StepFailed(Exception):
    """A step of the story could not be told; the text says why, for people."""


@dataclass
class Scene:
    """What the steps hand on to each other, and what is shown at the end."""

    site_url: str
    var_dir: Path
    cast: dict[str, Any] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One step: what it does in a few words, and the function that does it and returns what came of it."""

    title: str
    tell: Callable[[Scene], str]


class Narrator:
    """Writes the lines. Colours only on a terminal, and not where `NO_COLOR` is set."""

    def __init__(self, out: TextIO) -> None:
        """Write to `out`."""
        self.out = out
        self.terminal = out.isatty()
        self.colours = self.terminal and not os.environ.get("NO_COLOR")

    def say(self, text: str = "") -> None:
        """Write a line."""
        self.out.write(f"{text}\n")
        self.out.flush()

    def begin(self, text: str) -> None:
        """Write the beginning of a line, where somebody is watching."""
        if self.terminal:
            self.out.write(text)
            self.out.flush()

    def end(self, beginning: str, ending: str, colour: str) -> None:
        """Complete a line that `begin` has begun."""
        painted = f"{colour}{ending}{PLAIN}" if self.colours else ending
        self.say(painted if self.terminal else f"{beginning}{painted}")


def tell(steps: Sequence[Step], scene: Scene, narrator: Narrator, *, first: int = 1, of: int | None = None) -> bool:
    """Tell steps in order, numbered from `first` of `of`; False when one failed, with the reason in words."""
    for number, step in enumerate(steps, start=first):
        beginning = f"[{number:>2}/{of or len(steps)}] {step.title} … "
        narrator.begin(beginning)
        started = time.monotonic()
        try:
            outcome = step.tell(scene)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, people get a sentence and a file the rest
            narrator.end(beginning, "failed", RED)
            narrator.say(f"        {_sentence(error, scene)}")
            return False
        narrator.end(beginning, f"done in {time.monotonic() - started:.1f} s", GREEN)
        if outcome:
            narrator.say(f"        {outcome}")
    return True


def _sentence(error: Exception, scene: Scene) -> str:
    if isinstance(error, StepFailed):
        return str(error)
    details = scene.var_dir / "demo-error.txt"
    details.write_text("".join(traceback.format_exception(error)))
    return f"{type(error).__name__}: {error}. The details are in {details}."
