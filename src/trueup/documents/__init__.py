"""The papers behind a licence: invoices, agreements, proofs of purchase, as files with their history.

Owns documents and the store of their bytes. Words: *subject* (the licence, or one purchase line of it), *kind* (invoice,
agreement, proof, other), *version* (a document replaced by a newer one stays as its older version), *removed* (taken off
with a reason, not erased), *quarantine* (bytes that no scanner has called clean yet), *store* (bytes outside the database,
named by their hash). Invariants: what a file is, is decided by its bytes and is on a list; bytes that do not have their
hash are never handed out; nothing in quarantine leaves; what history refers to is not erased.
"""
