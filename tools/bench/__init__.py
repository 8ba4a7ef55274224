"""`make bench`: what a page costs, measured beside the least that any page can cost (see __main__.py)."""
