"""The file of groups: who belongs to the reference group and who to the focal group of a comparison."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from exams.measurement_files.tables import open_table

REFERENCE, FOCAL = "reference", "focal"


@dataclass(frozen=True)
class Groups:
    """`compared` are the places of persons in one of the groups; `focal` says of each of these which."""

    compared: tuple[int, ...]
    focal: tuple[bool, ...]


def read_groups(path: Path, persons: Sequence[str]) -> Groups:
    """Read `person,group`, a row for each of `persons`; a blank group leaves a person out of the comparison.

    Raises `MeasurementFileError`, also for persons without a row: a group must not shrink by a slip of the pen.
    """
    known = frozenset(persons)
    groups: dict[str, str] = {}
    with open_table(path, lower=True) as table:
        table.needs("person", "group")
        for line, cells in table.lines:
            person, group = (cells[table.header.index(name)].strip() for name in ("person", "group"))
            if person in groups:
                table.faults.add(f"Person {person} has a row before.", line=line, column="person")
            elif person not in known:
                table.faults.add(f"There are no responses of {person[:20]!r}.", line=line, column="person")
            if group.lower() not in ("", REFERENCE, FOCAL):
                words = f"{group[:20]!r} is neither {REFERENCE} nor {FOCAL}, nor blank for somebody who is left out."
                table.faults.add(words, line=line, column="group")
            groups[person] = group.lower()
        for person in persons:
            if person not in groups:
                table.faults.add(f"Person {person} has no row; leave the group blank to leave somebody out.")
        table.faults.raise_if_any()
    compared = tuple(place for place, person in enumerate(persons) if groups[person])
    return Groups(compared, tuple(groups[persons[place]] == FOCAL for place in compared))
