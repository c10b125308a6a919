"""What was seen during a rehearsal: typed, frozen records, torch-free, with units in their names.

``records`` holds the record types, ``store`` reads and writes them as JSON lines, ``rehearsal`` gathers
the lines of one run into the single :class:`Evidence` object that checks judge and reports show.
"""

from trialrun.evidence.rehearsal import Evidence
from trialrun.evidence.store import RecordReader, RecordWriter

__all__ = ["Evidence", "RecordReader", "RecordWriter"]
