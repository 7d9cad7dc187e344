"""Flexible assets: records of types that users define, for everything the product has no room of its own for.

Owns assets, their revisions, sealed values, references and unique values. Words: *asset* (a record of a type, of one
company), *value* (what a field holds, canonical, in one JSON column), *revision* (an asset as it was saved, kept for ever),
*mark* (a value that must be unique, guarded by the database), *link* (a reference, guarded by the database).
Invariants: a value is stored only in its kind's canonical form; what a change does not name stays; an asset refers to
records of its own company only; a sealed value is in the vault and nowhere else; archived, never deleted.
"""
