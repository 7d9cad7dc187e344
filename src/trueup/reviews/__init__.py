"""Looking at what is held before it is paid for again: quarterly reviews and campaigns in which managers decide.

Owns reviews and their rows. Words: *review* (a frozen list of holdings and findings of one company, opened each quarter),
*campaign* (one in which each person's manager decides), *row* (one holding or one finding, with what was proposed and what
was decided), *dry run* (what a release would do, looked at), *record* (the closed review with its hash). Invariants: rows are
frozen when they come in, decisions are written beside them; nothing is released but what was decided, looked at in a dry
run and approved as it was looked at; a closed review does not change.
"""
