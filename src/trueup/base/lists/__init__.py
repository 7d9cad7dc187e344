"""The parts of reading a list: conditions (filters), ordering (keys and cursors), grouping (heads and sums of money),
nearby (what dropping a filter would bring back).
"""
