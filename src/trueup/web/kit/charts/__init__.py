"""Charts drawn in Python as SVG: geometry and a default colour are attributes, the theme's colour is a class, nothing
is an inline style. One function feeds the page, the PDF and the mail.
"""
