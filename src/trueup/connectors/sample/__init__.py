"""The sample estate: an invented group with four companies, made from a seed, the same every time.

It writes what real sources write (a licence spreadsheet, agents' inventories), so that it comes in through the same
doors as real data. Nobody and nothing in it exists.
"""
