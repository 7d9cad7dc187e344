"""Articles: what is written in Markdown and filed under a company, with every version of it.

Owns articles, their versions and what they are about. Words: *article* (a title and a text in Markdown, of one company), *version*
(an article as it was saved, with the hash of its text), *closed* (settled: it is read and never changed again), *about* (the licences,
assets, devices, people, products and contracts it is filed with).
Invariants: each save is a version, written once; a closed article keeps its text and hash; it is about things of its own
company only; archived, never deleted.
"""
