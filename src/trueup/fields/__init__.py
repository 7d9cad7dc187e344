"""Types that users define, their fields, and what a value of each kind may be.

Owns types, fields and their versions. Words: *type* (what a kind of asset looks like: a name and fields), *field* (a key
for ever, a label that may change, a kind and options), *kind* (what values may be: one file each in ``kinds``), *role*
(what a field means to the product: total, consumed, expiry, cost …), *tombstone* (a field that was taken off: its key is
never given out again, its values stay), *canonical* (the one form in which a value is stored as JSON).
Invariants: a field keeps its key, its kind and what it points to; each change of a type is a version of it; a definition
that could hurt (a pattern that never ends, a formula that reaches further, a ring) is refused before it is stored.
"""
