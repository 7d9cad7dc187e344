"""Cells to values: one file a kind, each reading a cell or raising `RefusedValueError` with the way out.

What a single cell cannot tell (is 03/04 in March or in April, is 1,234 above a thousand) the whole column
decides; where the column cannot either, the cell is refused as unclear and the person is asked.
"""
