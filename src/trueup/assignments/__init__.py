"""Who holds which units of a licence, from when, until when.

Owns assignments and places on waiting lists. Words: *assign*, *release*, *move*, *restore*, *holder* (a person or a
device), *units*, *list* (many holders in one step, one batch), *waiting list* (who gets the units that come free, in
order). Invariants: one open assignment per licence and holder; licence and holder are of one company (a database
constraint); units are taken from the licence's balance in the same transaction, by one conditional update; every path
lines up at the licence before it touches an assignment (``seats``); nobody gets past those who wait (``queueing``).
"""
