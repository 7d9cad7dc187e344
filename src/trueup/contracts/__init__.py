"""Agreements with those who sell: contracts, enterprise agreements and supports, their dates and what they cover.

Owns contracts, the devices a contract covers, and the addresses of personal calendars. Words: *contract*, *kind*
(agreement, enterprise agreement, support), *decide by* (the last day to say no where it renews by itself, else its last
day), *state* (ahead, running, ending, ended: by the dates alone), *successor* (the contract that took its place),
*feed* (a calendar's secret address). Invariants: a contract is retired, never deleted; a contract has one successor at
most; of a feed's address only the hash is kept.
"""
