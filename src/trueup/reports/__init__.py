"""Reads that cross rooms: one file a report or tile, and the renderings every list export shares.

Owns saved reports, their schedules and their share links. Words: a *table* is what a page shows (title, filters,
columns, rows); a *rendering* turns it into CSV, XLSX, HTML or PDF; a *saved report* is a report with what it is asked,
under a name; a *schedule* sends one by mail; a *share link* shows one to whoever has its address. Invariants: a rendering
never queries and never computes a figure the page did not show; what is sent or shared is what its maker may see on that day.
"""
