"""Search over everything somebody may see. One entry in ``kinds.py`` makes a room's records known to it.

Words: a *kind* is what a record is (a licence, a person), a *hit* one record found, *words* what was typed. Nothing
secret has words: keys, tokens and passwords are in no index, so no question can be asked about them.
"""
