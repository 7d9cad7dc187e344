"""What is done to the inventory: agents enrolled, receipts stored, snapshots recorded, titles recognised."""

from trueup.inventory.actions.counting_up import add_up_changes
from trueup.inventory.actions.enrolling import (
    EnrolmentLabelTaken,
    issue_enrolment,
    revoke_enrolment,
    stamp_enrolment,
)
from trueup.inventory.actions.packing import drop_library_pack, import_library_pack
from trueup.inventory.actions.receiving import apply_soon, mark_receipt_failed, retry_receipt, store_receipt
from trueup.inventory.actions.recognising import bring_library, decide_title, recognise_titles
from trueup.inventory.actions.recording import Recorded, ensure_titles, record_snapshot
from trueup.inventory.actions.ruling import TitleRuleExists, make_title_rule, revoke_title_rule

__all__ = [
    "EnrolmentLabelTaken",
    "Recorded",
    "TitleRuleExists",
    "add_up_changes",
    "apply_soon",
    "bring_library",
    "decide_title",
    "drop_library_pack",
    "ensure_titles",
    "import_library_pack",
    "issue_enrolment",
    "make_title_rule",
    "mark_receipt_failed",
    "recognise_titles",
    "record_snapshot",
    "retry_receipt",
    "revoke_enrolment",
    "revoke_title_rule",
    "stamp_enrolment",
    "store_receipt",
]
