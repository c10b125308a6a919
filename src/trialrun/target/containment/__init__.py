"""Nothing outside is touched: the script's writes are kept apart, its connections and programs refused in time.

``enter`` chooses the best of three ways and returns a :class:`Containment`; ``discard`` removes a scratch folder after.
``overlay`` and ``mounts`` are the first way, ``landlock`` the second; the second and third redirect Python's functions
(``redirect*``, ``libraries``) over a union of real files and a ``layer``. ``guard``, ``network``, ``programs`` and
``commands`` serve all three.
"""

from trialrun.target.containment.entering import Containment, enter
from trialrun.target.containment.overlay import discard
from trialrun.target.containment.rules import Rules

__all__ = ["Containment", "Rules", "discard", "enter"]
