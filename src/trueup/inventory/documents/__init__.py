"""Agents' messages before they mean anything: opened, decoded, filtered, and ready to be stored for replay.

A Document holds no secret and no private section: what is not listed in ``document.KEPT`` is never built.
"""
