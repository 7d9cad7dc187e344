"""The documentation as pages: it ships with Trueup, and every page reads without a network (R-157)."""
