"""The day an auditor asks: what is owned, held and installed on one day, frozen with its evidence, settled and written up.

Owns audit cases, their lines and their plans. Words: *audit case* (the software audit of a company, or of one publisher's
products, on one day), *line* (one thing it found: a position, an installation without assignment or cover, units not deployed,
units held beyond what is owned, titles nobody recognised), *findings* (the document it ends with). Invariants: a case rests on
one counting run, whose frozen facts are its evidence; lines are frozen and settled beside; a closed case does not change.
"""
