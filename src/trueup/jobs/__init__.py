"""What takes longer than a click: work on many rows, carried out in chunks and told of while it goes on.

Owns jobs and their rows. Words: *job* (something somebody asked for, with all it is about), *row* (one thing the job
is about, and what became of it), *deed* (what is done to a row; deeds live in the rooms above and are handed in).
Invariants: a chunk of rows and what became of them are stored in one transaction, so a job that is killed and begun
again does every row once; whatever a job changes stands in the audit log under one batch.
"""
