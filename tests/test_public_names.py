"""The public names are pinned: adding one is a decision, removing one a break."""

from __future__ import annotations

import re
import subprocess
import sys

import trialrun


def test_public_names() -> None:
    assert trialrun.__all__ == [
        "ExpectationError",
        "ResumableLoader",
        "__version__",
        "accumulate",
        "expect",
        "load_state",
        "numerics",
        "save_state",
        "testing",
    ]
    assert all(hasattr(trialrun, name) for name in trialrun.__all__)


def test_importing_the_package_does_not_import_torch() -> None:
    program = (
        "import sys, trialrun; assert 'torch' not in sys.modules; trialrun.save_state; assert 'torch' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=120).returncode == 0


def test_version_is_a_release_number() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", trialrun.__version__)
