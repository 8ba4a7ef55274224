"""Floor 0, the course format: bytes in, values out. No Flask, no database, no clock, no network."""
