"""From the class total to the judgment, in the order in which the law applies."""

from __future__ import annotations

from typing import Any

from damages.model.arithmetic import when_each


def after_due_process(award_usd: Any, share_left: Any, above_usd: Any) -> Any:
    """An aggregate statutory award after review for due process.

    An award grossly disproportionate to the violation can be cut, statutory part only
    (Wakefield v. ViSalus, 51 F.4th 1109 (9th Cir. 2022)). Both figures are shown, before and after.

    Parameters
    ----------
    award_usd : (n_draws, 1), USD, multiplier included
    share_left : (n_draws, 1), share of the award that stands
    above_usd : (n_draws, 1), USD; an award at or below it is left alone

    >>> float(after_due_process(925_220_000.0, 0.10, 0.0)), float(after_due_process(500.0, 0.10, 1_000.0))
    (92522000.0, 500.0)
    """
    return when_each(award_usd > above_usd, award_usd * share_left, award_usd)


def simple_interest(principal_usd: Any, rate_per_year: Any, years: Any) -> Any:
    """Interest that does not earn interest. (n_draws, 1), USD.

    >>> float(simple_interest(1_000.0, 0.10, 2.5))
    250.0
    """
    return principal_usd * rate_per_year * years
