"""Pages of checks."""

from __future__ import annotations

import pytest

from trialrun.checks import registry
from trialrun.errors import UsageError
from trialrun.report import pages

CHECKS = registry.all_checks()


@pytest.mark.parametrize("name", ["GRD401", "grd401", "stale-gradient"])
def test_a_page_is_found_by_code_and_slug(name: str) -> None:
    text = pages.page(name, CHECKS)
    assert text.startswith("GRD401 stale-gradient (error at most)\n\n")
    assert "## Fix" in text


def test_a_prefix_shows_all_of_a_family() -> None:
    text = pages.page("GRD", CHECKS)
    assert "GRD401 stale-gradient" in text
    assert "GRD403 broken-graph" in text


def test_an_unknown_name_is_repeated_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"stale-gradiant: no check .* Did you mean GRD401 \(stale-gradient\)\?"):
        pages.page("stale-gradiant", CHECKS)


def test_the_list_has_a_line_for_every_check() -> None:
    lines = pages.listing(CHECKS).splitlines()
    assert [line.split()[0] for line in lines] == [check.code for check in CHECKS]
    assert pages.listing([]) == ""
