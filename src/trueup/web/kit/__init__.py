"""What every page is made of: template tags and partials, tables, cells, charts. The classes and tag names
are a contract: plugins rely on them.
"""
