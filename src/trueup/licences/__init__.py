"""What is owned: licences, their dated purchase lines, and the ledger of units.

Owns licences, purchases and movements. Words: *licence* (a pool of units of one product under one metric, of one
company and region), *purchase* (one dated line), *granted* (units of the lines in force), *held* (units assigned),
*reserved* (free units held back for a department until a day), *free* = granted − held − reserved. Invariants, kept by the
database: held never exceeds granted except by the recorded excess; what is reserved is not held;
every change of either balance is a movement, written once in the same transaction; the movements' sum is the balance.
"""
