"""The second reading of the material: what a careful editor would mark in files that are well-formed.

The reader (`content.reader`) refuses what cannot be loaded. Here stands what could be loaded and should not be: clues
in items, wording that the law does not allow, a key that has a technician decide, a lesson nobody can read. Plain
Python; `manage.py check_material` prints the result.
"""

from content.proofreading.counts import Counts, count
from content.proofreading.findings import Finding
from content.proofreading.proofread import Verdict, proofread

__all__ = ["Counts", "Finding", "Verdict", "count", "proofread"]
