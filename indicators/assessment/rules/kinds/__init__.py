"""How each kind of rule part is judged; importing this package fills the registry.

To add a kind: give its body a shape in `schema`, write a function here under `@judge("KIND")`, import it below.
"""

from . import amounts, checklist, completion, events, falls, monitored, rank
from .registry import Context, judge, judge_part

__all__ = ["Context", "judge", "judge_part"]

# The modules register themselves; naming them keeps the list of kinds in one place.
_KINDS = (amounts, checklist, completion, events, falls, monitored, rank)
