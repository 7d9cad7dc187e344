"""Systems that know what is installed and who has which seat, and are read by schedule.

Owns sources with their credentials, runs with the pages they read, placements (which company of ours a company of theirs
is), subscriptions and seats as vendors tell them. Words: *source* (one system as one company reads it), *run* (one
reading), *page* (one answer as received, cut down to what is read), *placement*, *subscription* (what a vendor says was
bought), *seat* (who has it). Invariants: nothing is written into a company nobody placed; only a complete run ends what
it did not mention; a number that was not told is empty, never 0; a run replayed from its pages says the same.
"""
