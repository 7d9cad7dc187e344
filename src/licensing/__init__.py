"""The rules of software licensing: counting, rights and positions.

Pure Python. No database, no clock, no network, no Django. Give it facts and a day; it gives back numbers and the
working that led to them, by the dated and cited terms of library/terms.
"""

from licensing.assessing import Assessment, assess, evaluate
from licensing.need import Need, NotAssessed, Shape, need

__all__ = ["Assessment", "Need", "NotAssessed", "Shape", "assess", "evaluate", "need"]
