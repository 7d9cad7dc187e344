"""The few things every room needs: who acts, what they may see, what may go wrong, and how a list is read.

Owns no tables. Ten files at most, ever. Words: *actor* (who does something, and what they may), *problem*
(a refusal with its rule and way out), *register* (the columns of one list, for page, export and API alike).
"""
