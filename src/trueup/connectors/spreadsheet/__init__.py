"""Brings licences in from CSV and XLSX files, whoever wrote them.

One way through: `reading` (bytes to sheets), `matching` (which column is which field), `rows` (cells to
licence rows or errors), then `planning` and `applying` (one batch that can be undone). Everything up to the
rows is pure. Nothing is guessed where a wrong guess would be wrong money or a wrong day: it is asked.
"""
