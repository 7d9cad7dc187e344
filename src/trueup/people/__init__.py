"""People of a directory: they hold licences and use devices. They need no sign-in here.

Owns persons. Words: *person*, *active*, *left*. Invariant: who has left is kept, with everything they held, until
it is released; a login or employee number stands for one person of a company.
"""
