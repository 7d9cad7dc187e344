"""What happened: written once, hash-chained per company, never changed.

Every action writes exactly one entry (bulk work: one per thing touched, sharing a batch) in its own transaction.
The room lies below companies and names them by id, so that what is done to companies, users and roles is recorded
too. What concerns no single company is in a chain of the installation's own, for those who may read every log.
Words: *entry*, *chain* (a company's entries, each sealed with the hash of the one before), *batch* (what was done
in one go and can be undone in one go). Invariant: the database refuses to change or delete an entry.
"""
