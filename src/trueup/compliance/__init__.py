"""Does it add up: counting runs over frozen facts, the positions they find, and what is to be settled.

Words: a *run* freezes the facts of a day and counts them; an *outcome* is what it found for one company; a
*position* sets entitled against required for one product, edition and metric; its *shapes* are the like subjects
behind the number; a *finding* is something to settle.

Invariants: reading never computes; the same frozen facts and terms give the same numbers, for ever (`verify_run`);
unknown is never zero: what cannot be decided is *not assessed*, with the reason; one latest outcome a company.
"""
