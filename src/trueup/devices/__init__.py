"""Devices: servers, workstations, virtual machines, clusters and whatever else software runs on.

Owns devices and what identifies them. Words: *device*, *host* (of a virtual machine), *cluster*, *environment*
(data centre or back office). Invariants: an unknown core count is empty, never 0; a device is decommissioned,
never deleted, while anything refers to it.
"""
