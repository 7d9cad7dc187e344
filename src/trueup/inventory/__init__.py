"""What was received from the estate and what is installed there, as reported.

Words: a *receipt* is one filtered document as received; a *snapshot* is what it says; a *title* is one distinct
(name, publisher, version) of a company; an *installation* is a title on a device, from when until when.

Invariants: no raw body is ever stored; a partial inventory never closes what it does not mention; the same
document twice is one receipt; a device has at most one open installation of a title.
"""
