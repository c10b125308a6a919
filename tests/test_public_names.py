"""The public names are pinned: adding one is a decision, removing one a break."""

from __future__ import annotations

import re

import trialrun


def test_public_names() -> None:
    assert trialrun.__all__ == ["ExpectationError", "__version__", "accumulate", "expect"]
    assert all(hasattr(trialrun, name) for name in trialrun.__all__)


def test_version_is_a_release_number() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", trialrun.__version__)
