from dataclasses import replace

import pytest

from trialrun.checks.reproducibility.missing_main_guard import MissingMainGuard
from trialrun.evidence.loading import LoaderRecord
from trialrun.evidence.place import Where

from .records import findings, line

FLAT = LoaderRecord(0, line(36), 640, 32, False, False, 2, main=Where("/home/user/train.py", 36, "<module>"))
GUARDED = {"train.py": 'def main():\n    pass\n\nif __name__ == "__main__":\n    main()\n'}
BARE = {"train.py": "main()\n", "models/net.py": "import torch\n"}


def test_workers_from_the_module_level() -> None:
    (finding,) = findings(MissingMainGuard, loader=(FLAT, replace(FLAT, number=1)), source=BARE)

    assert str(finding.where) == "train.py:36"
    assert "starts 2 worker processes" in finding.message
    assert "3.14" in finding.message


@pytest.mark.parametrize(
    ("record", "source"),
    [
        (FLAT, GUARDED),
        (replace(FLAT, workers=0), BARE),
        (replace(FLAT, main=None), BARE),
        (FLAT, {"other.py": "main()\n"}),
        (FLAT, {"train.py": "def broken(:\n"}),
        (replace(FLAT, main=Where("/home/user/pack/__main__.py", 3, "<module>")), {"pack/__main__.py": "main()\n"}),
    ],
)
def test_others_are_silent(record: LoaderRecord, source: dict[str, str]) -> None:
    assert findings(MissingMainGuard, loader=(record,), source=source) == []
