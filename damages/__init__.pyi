# The public names with their types, for editors and mypy; `__init__.py` loads the same names on first use.

from damages.case.load import scenarios as scenarios
from damages.decisions.litigation import settlement_zone as settlement_zone
from damages.engine.estimate import estimate as estimate
from damages.engine.simulate import simulate as simulate
from damages.engine.sound import load as load
from damages.engine.sound import load_beside as load_beside
from damages.errors import CaseError as CaseError
from damages.errors import DamagesError as DamagesError
from damages.errors import DamagesWarning as DamagesWarning
from damages.errors import RenderError as RenderError
from damages.explorer.page import explore as explore
from damages.report import views as views
from damages.report.checks import reconcile as reconcile
from damages.report.provenance import provenance as provenance
from damages.sensitivity.break_even import break_even as break_even
from damages.sensitivity.conditional import conditional as conditional
from damages.sensitivity.conditional import target as target
from damages.sensitivity.functions import function as function
from damages.sensitivity.grid import grid as grid
from damages.sensitivity.if_decided import if_decided as if_decided
from damages.sensitivity.if_decided import if_theories_fail as if_theories_fail
from damages.sensitivity.if_decided import theory_overlap as theory_overlap
from damages.sensitivity.ranks import rank_correlations as rank_correlations
from damages.sensitivity.sample import sample as sample
from damages.sensitivity.scenario_box import scenario_box as scenario_box
from damages.sensitivity.sobol import sobol as sobol
from damages.sensitivity.stress import reverse_stress as reverse_stress
from damages.sensitivity.tornado import spider as spider
from damages.sensitivity.tornado import tornado as tornado
from damages.sensitivity.value_of_information import value_of_information as value_of_information
from damages.sensitivity.variance_by_source import variance_by_source as variance_by_source

__version__: str
