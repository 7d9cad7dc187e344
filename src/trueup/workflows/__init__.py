"""What is done step by step when people and devices come, change hands and go: joiner, deployment, hand-over, leaver,
decommissioning, check-in.

Owns licence sets (what a role of people or devices gets), workflows with their steps, the products that a deployment leads
one to expect on a device, and which of a person's units belong to a device. Words: *licence set*, *workflow* (one of them for
one person or device; open, done or cancelled), *step*, *choice* (what somebody says becomes of a step), *bound* (units of a
person that are for the software of one device). Invariants: a workflow is finished in one transaction or not at all; it gives
and takes units by the rules and locks of ``assignments`` and no other way; what was short is named in its step.
"""
