"""The whole material folder: every file read, every reference checked, every fault collected."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from content.reader.assessment_shapes import Blueprint, ExamForm, Practical
from content.reader.bank import BANK_FILE, Bank, check_figures, refuse_strangers
from content.reader.checking import check, check_list
from content.reader.drawings import LARGEST_FILE, problem_of_drawing
from content.reader.faults import FaultList
from content.reader.item_shapes import BankFile, Item
from content.reader.lessons import Block, Lesson, read_lesson
from content.reader.references import check_assessment, check_courses, check_glossary, check_sources
from content.reader.shapes import AcceptedFinding, CourseFile, Figure, Media, ModuleFile, Shape, Source, Term, Topic
from content.reader.yaml_lines import Document, read_yaml

S = TypeVar("S", bound=Shape)
LESSON_NAME = re.compile(r"([0-9]{2})-[a-z0-9]+(-[a-z0-9]+)*\.md\Z")
FOLDERS = {"courses", "items", "blueprints", "exam_forms", "practicals"}
SOURCES_FILE, GLOSSARY_FILE = "sources.yaml", "glossary.yaml"
TOPICS_FILE, ACCEPTED_FILE = "topics.yaml", "accepted.yaml"
FILES = {SOURCES_FILE, GLOSSARY_FILE, TOPICS_FILE, ACCEPTED_FILE}


@dataclass(frozen=True)
class Module:
    """One module: its head, its lessons in order, and its folder relative to the material folder."""

    head: ModuleFile
    lessons: tuple[Lesson, ...]
    folder: str


@dataclass(frozen=True)
class Course:
    """One course: its head and its modules in order."""

    head: CourseFile
    modules: tuple[Module, ...]
    folder: str


@dataclass(frozen=True)
class Material:
    """Everything under a material folder and those added to it.

    `items` and the like also give plain dictionaries: `item.plain()`. Courses lie under `root`.
    """

    root: Path
    sources: tuple[Source, ...] = ()
    courses: tuple[Course, ...] = ()
    banks: tuple[Bank, ...] = ()
    blueprints: tuple[Blueprint, ...] = ()
    exam_forms: tuple[ExamForm, ...] = ()
    practicals: tuple[Practical, ...] = ()
    terms: tuple[Term, ...] = ()
    topics: tuple[Topic, ...] = ()
    accepted: tuple[AcceptedFinding, ...] = ()
    places: Mapping[int, tuple[str, int]] = field(default_factory=dict, repr=False, compare=False)

    def place_of(self, thing: object) -> tuple[str, int]:
        """Return file and line of an entry of this material. Raises `KeyError` for anything else."""
        return self.places[id(thing)]

    @property
    def items(self) -> tuple[Item, ...]:
        """Return the items of all banks."""
        return tuple(item for bank in self.banks for item in bank.items)

    @property
    def published_codes(self) -> frozenset[str]:
        """Return the codes of the items that anybody can read."""
        return frozenset(item.code for bank in self.banks if bank.published for item in bank.items)


def read_material(root: Path, additions: Sequence[Path] = ()) -> Material:
    """Read a material folder, and folders with more items and forms that are checked together with it.

    Raises `MaterialFaults` with every fault found; nothing else on any content. Faults of `root` name files relative to
    it, faults of additional folders the whole path.
    """
    faults, lines = FaultList(), dict[int, tuple[str, int]]()
    first = _Reading(root, faults, lines)
    parts = [first.read(), *(_Reading(folder, faults, lines, added=True).read() for folder in additions)]
    material = Material(
        root=root,
        sources=first.sources_of(parts),
        courses=parts[0].courses,
        banks=tuple(bank for part in parts for bank in part.banks),
        blueprints=tuple(blueprint for part in parts for blueprint in part.blueprints),
        exam_forms=tuple(form for part in parts for form in part.exam_forms),
        practicals=tuple(practical for part in parts for practical in part.practicals),
        terms=parts[0].terms,
        topics=parts[0].topics,
        accepted=tuple(entry for part in parts for entry in part.accepted),
        places=lines,
    )
    check_sources(material, first.where, faults)
    check_courses(material, first.where, faults)
    check_glossary(material, first.where, faults)
    check_assessment(material, first.where, faults)
    faults.raise_if_any()
    return material


@dataclass
class _Reading:
    """One pass over one folder. `lines` remembers where each thing that has a code began."""

    root: Path
    faults: FaultList
    lines: dict[int, tuple[str, int]]
    added: bool = False

    def read(self) -> Material:
        """Read all files of the folder."""
        if not self.root.is_dir():
            self.faults.add(str(self.root) if self.added else ".", 1, "there is no such material folder")
            return Material(self.root)
        self._refuse_strangers()
        courses = () if self.added else tuple(filter(None, map(self._course, self._folders(self.root / "courses"))))
        return Material(
            root=self.root,
            sources=self._optional_list(SOURCES_FILE, Source),
            courses=courses,
            banks=(self._bank(),),
            blueprints=self._singles("blueprints", Blueprint),
            exam_forms=self._singles("exam_forms", ExamForm),
            practicals=self._singles("practicals", Practical),
            terms=self._optional_list(GLOSSARY_FILE, Term),
            topics=self._optional_list(TOPICS_FILE, Topic),
            accepted=self._optional_list(ACCEPTED_FILE, AcceptedFinding),
        )

    def where(self, thing: object) -> tuple[str, int]:
        """Return file and line of something that was read."""
        return self.lines[id(thing)]

    def name_of(self, path: Path) -> str:
        """Return a path as faults show it."""
        return path.as_posix() if self.added else path.relative_to(self.root).as_posix()

    def _optional_list(self, name: str, shape: type[S]) -> tuple[S, ...]:
        path = self.root / name
        return tuple(self._list(path, shape)) if path.is_file() else ()

    def _refuse_strangers(self) -> None:
        for path in sorted(self.root.iterdir()):
            if path.name == "courses" and self.added:
                self.faults.add(self.name_of(path), 1, "an additional folder holds no courses, only items and exams")
            elif path.name == GLOSSARY_FILE and self.added:
                self.faults.add(self.name_of(path), 1, "an additional folder holds no glossary, only items and exams")
            elif path.name not in (FOLDERS if path.is_dir() else FILES):
                self.faults.add(self.name_of(path), 1, "this file or folder has no place here")

    def _folders(self, parent: Path) -> list[Path]:
        return sorted(path for path in parent.iterdir() if path.is_dir()) if parent.is_dir() else []

    def _text(self, path: Path) -> str | None:
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            self.faults.add(self.name_of(path), 1, "the file is missing")
        except (UnicodeDecodeError, OSError):
            self.faults.add(self.name_of(path), 1, "the file cannot be read as UTF-8 text")
        return None

    def _document(self, path: Path) -> Document | None:
        text = self._text(path)
        return None if text is None else read_yaml(text, file=self.name_of(path), faults=self.faults)

    def _single(self, path: Path, shape: type[S]) -> S | None:
        document = self._document(path)
        entry = check(shape, document, file=self.name_of(path), faults=self.faults) if document else None
        if entry is not None:
            self.lines[id(entry)] = (self.name_of(path), 1)
        return entry

    def _singles(self, folder: str, shape: type[S]) -> tuple[S, ...]:
        paths = sorted((self.root / folder).glob("*.yaml"))
        return tuple(entry for path in paths if (entry := self._single(path, shape)) is not None)

    def _list(self, path: Path, shape: type[S]) -> list[S]:
        document = self._document(path)
        entries = check_list(shape, document, file=self.name_of(path), faults=self.faults) if document else []
        for entry, line in entries:
            self.lines[id(entry)] = (self.name_of(path), line)
        return [entry for entry, _ in entries]

    def _bank(self) -> Bank:
        folder = self.root / "items"
        known = len(self.faults.found)
        paths = [path for path in sorted(folder.glob("*.yaml")) if path.name != BANK_FILE]
        head = self._single(folder / BANK_FILE, BankFile) if (folder / BANK_FILE).is_file() else None
        bank = Bank(folder, tuple(item for path in paths for item in self._list(path, Item)), head)
        check_figures(bank, self.where, self.faults)
        refuse_strangers(bank, self.name_of, self.faults, complete=len(self.faults.found) == known)
        return bank

    def sources_of(self, parts: Sequence[Material]) -> tuple[Source, ...]:
        """Return each source once; the same entry may stand twice, two different ones under one key may not."""
        found: dict[str, Source] = {}
        for source in (source for part in parts for source in part.sources):
            if found.setdefault(source.key, source) != source:
                self.faults.add(*self.where(source), f"the source `{source.key}` stands elsewhere with other words")
        return tuple(found.values())

    def _course(self, folder: Path) -> Course | None:
        head = self._single(folder / "course.yaml", CourseFile)
        folders = {path.name: path for path in self._folders(folder)}
        modules = {name: self._module(path) for name, path in folders.items()}
        if head is None:
            return None
        file, line = self.where(head)
        for name in sorted(set(head.modules) - set(folders)):
            self.faults.add(file, line, f"there is no module folder `{name}`")
        for name in sorted(set(folders) - set(head.modules)):
            self.faults.add(file, line, f"the folder `{name}` is not listed under `modules`")
        in_order = (modules.get(name) for name in head.modules)
        return Course(head, tuple(filter(None, in_order)), self.name_of(folder))

    def _module(self, folder: Path) -> Module | None:
        head = self._single(folder / "module.yaml", ModuleFile)
        lessons = []
        for number, path in enumerate(self._lesson_paths(folder), start=1):
            if not path.name.startswith(f"{number:02}-"):
                self.faults.add(self.name_of(path), 1, f"lessons are numbered without gaps; this should be {number:02}")
            text = self._text(path)
            if text is not None and (lesson := read_lesson(text, file=self.name_of(path), faults=self.faults)):
                lessons.append(lesson)
                self._check_files(folder, lesson)
        if head is None:
            return None
        if not lessons:
            self.faults.add(self.name_of(folder / "module.yaml"), 1, "the module has no usable lesson")
        return Module(head, tuple(lessons), self.name_of(folder))

    def _lesson_paths(self, folder: Path) -> list[Path]:
        paths = []
        for path in sorted(folder.iterdir()):
            if path.is_dir() and path.name in {"figures", "media"}:
                continue
            if path.is_file() and LESSON_NAME.match(path.name):
                paths.append(path)
            elif path.name != "module.yaml":
                self.faults.add(self.name_of(path), 1, "this file or folder has no place in a module")
        return paths

    def _check_files(self, folder: Path, lesson: Lesson) -> None:
        for block in lesson.blocks:
            if isinstance(block.value, Figure | Media) and (problem := self._problem_of_file(folder, block)):
                self.faults.add(lesson.file, block.line, problem)

    def _problem_of_file(self, folder: Path, block: Block) -> str | None:
        path = folder / block.value.file  # type: ignore[union-attr] # only figures and media come here
        if not path.is_file():
            return f"the file `{path.name}` is missing in `{path.parent.name}/`"
        if isinstance(block.value, Media):
            return None if path.stat().st_size <= 25 * LARGEST_FILE else "the recording is larger than 50 MB"
        problem = problem_of_drawing(path)
        return f"{path.name}: {problem}" if problem else None
