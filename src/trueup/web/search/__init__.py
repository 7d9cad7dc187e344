"""Search: one page with everything that matches, by kind, and the commands and pages that the palette knows."""
