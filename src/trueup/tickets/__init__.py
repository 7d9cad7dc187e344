"""Tickets we want opened at somebody else's desk: one for each company and kind of finding, with a table of what it is about.

Owns desks (where tickets of a company go), tickets and errands (what is still to be said there). Words: *desk* (a ticket
system with its queue and our account there), *ticket* (open while anything of its kind holds), *errand* (open it, add a note,
close it; written in the transaction of what it tells, carried out by the worker), *mark* (our number in its title, by which it is
found again). Invariants: one open ticket a company and kind; errands of a ticket are carried out in their order; a desk that is
down, slow or lying loses nothing; no address that a desk names is ever followed.
"""
