"""Searching: what an edition says as folded words, and finding it again in any script."""
