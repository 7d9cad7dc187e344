"""Every kind of field by its name. A new kind is its file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from trueup.fields.kinds.attachment import Attachment
from trueup.fields.kinds.auto_number import AutoNumber
from trueup.fields.kinds.boolean import Boolean
from trueup.fields.kinds.computed import Computed
from trueup.fields.kinds.day import Day
from trueup.fields.kinds.decimal import Exact
from trueup.fields.kinds.email import Email
from trueup.fields.kinds.heading import Heading
from trueup.fields.kinds.ip import Ip
from trueup.fields.kinds.kind import FieldKind
from trueup.fields.kinds.moment import Moment
from trueup.fields.kinds.money import Money
from trueup.fields.kinds.multi_line import MultiLine
from trueup.fields.kinds.multi_select import MultiSelect
from trueup.fields.kinds.number import Number
from trueup.fields.kinds.percent import Percent
from trueup.fields.kinds.phone import Phone
from trueup.fields.kinds.reference import Reference
from trueup.fields.kinds.references import References
from trueup.fields.kinds.rich_text import RichText
from trueup.fields.kinds.roll_up import RollUp
from trueup.fields.kinds.secret import Secret
from trueup.fields.kinds.select import Select
from trueup.fields.kinds.text import Text
from trueup.fields.kinds.url import Url

_ALL: Final[tuple[FieldKind, ...]] = (
    Text(), MultiLine(), RichText(), Number(), Exact(), Money(), Percent(), Boolean(), Day(), Moment(), Select(),
    MultiSelect(), Url(), Email(), Phone(), Ip(), Secret(), Reference(), References(), Computed(), RollUp(), Attachment(), AutoNumber(), Heading(),
)  # fmt: skip
KINDS: Final[Mapping[str, FieldKind]] = MappingProxyType({kind.key: kind for kind in _ALL})
