"""Reads that cross rooms: one file a report or tile, and the renderings every list export shares.

Words: a *table* is what a page shows (title, filters, columns, rows); a *rendering* turns it into CSV,
XLSX, HTML or PDF. A rendering never queries and never computes a figure the page did not show.
"""
