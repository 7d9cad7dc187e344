"""By which words contracts are found: number, name, supplier, parties, remarks, tags, and who looks after them."""

from __future__ import annotations

from trueup.base.searching import Index, Through
from trueup.contracts.models import Contract
from trueup.people.searching import NAME_WORDS

CONTRACT_WORDS = Index(Contract, (Through("owner_id", NAME_WORDS),))
