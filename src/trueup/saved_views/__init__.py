"""Views of lists that people keep: filters, words, columns, order, grouping and row height under a name.

Owns saved views and whose list opens with which. Words: *query* (what a view keeps, as the part of an address after the
question mark), *private* (its maker's alone), *shared* (for everybody of a company who may see that list), *default* (the
view a list opens with, for one person or for a company). Invariants: a view belongs to one list; a shared view belongs
to one company and is changed by its maker or an owner of the company; a view is withdrawn and can be restored, not erased.
"""
