"""What can be licensed: publishers, products, editions and versions.

Owns the catalogue, filled from the shipped library (shared by all companies) and by hand (a company's own).
Words: *publisher* made it, *product › edition › version* are its three levels, *asset class* says where it may be
used (data centre, back office, all). Invariants: a shared product is seen by all, an own one by its company only;
a product is retired, never deleted, while anything refers to it.
"""
