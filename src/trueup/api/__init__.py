"""The door for programs: JSON under /api/, one file a room. Translates, decides nothing, never touches the ORM.

Lists come from the rooms' registers, so that they show and filter exactly what the pages do. Errors are
problem+json (RFC 9457); unknown fields and parameters are refused.
"""
