"""Who hears of each assertion that is made: a test runner's plugin. A module of its own, since it costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Called with (assertion, verdict, passed, result), before the assertion fails.
listeners: list[Callable[[str, str, bool, Any], None]] = []
