"""Floor 3, HTTP: addresses, forms, pages. A view calls one deed, commits it, and redirects."""
