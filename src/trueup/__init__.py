"""Trueup, the software licence manager: what is owned, who holds it, what is installed, whether it adds up."""

__version__ = "0.1.0"
