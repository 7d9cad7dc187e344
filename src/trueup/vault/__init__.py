"""What must not be read in passing: licence keys, later the credentials of other systems.

Owns sealed secrets and the note of every reveal. Words: *seal* (encrypt under a data key of its own, bound to its
place), *place* (company, kind, record and field a value belongs to), *data key* (made for one value), *wrapped* (the
data key, encrypted by a key of the key provider), *reveal* (open a value for somebody, which is an event). Invariants:
a sealed value opens in its own place only; nothing is revealed that was not written down before; other rooms hold a
secret's id and never its text.
"""
