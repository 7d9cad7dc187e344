"""Who is told what, in time: rules on days and numbers, alerts while they hold, and the messages that leave for them.

Owns each company's policy, licences' own rules, and alerts. Words: *condition* (what holds today and somebody should know),
*alert* (a condition while it lasts: opened when it is first told, closed when it is cured), *lead time* (days before a day
on which to tell), *acknowledge* (seen, and silent until it is worse), *snooze* (silent until a day). Invariants: a lead
time is told once; a missed one is caught up with one message; an alert and what is owed for it are written in one
transaction; what would be sent is reckoned by the same code that sends.
"""
