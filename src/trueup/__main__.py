"""`python -m trueup` is the same as `trueup`."""

from trueup.cli import main

main()
