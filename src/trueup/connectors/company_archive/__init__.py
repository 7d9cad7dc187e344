"""The archive of a company that Trueup itself wrote (``reports/moving_out.py``), read back into this or another installation.

An archive is somebody else's file until every part of it was looked at: it is opened, measured and hashed before a
line is read, and every line is held against the tables of this version before it is stored. All of it comes in or none.
"""
