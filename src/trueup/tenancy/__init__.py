"""Companies, and who may do what in them.

Owns companies (clients), their regions, locations, departments and cost centres; the people who sign in, their roles, and
their API tokens. Words: *company* (whose things they are), *member* (someone with a role there), *token*.
Invariants: a row of one company never refers to a row of another; a company always has a region; what is in use
cannot be deleted; a token is stored
as a hash only and ends by itself; what is done to any of them leaves an audit entry.
"""
