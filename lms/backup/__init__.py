"""Everything an installation holds in one archive, and back; and its rows from one database to another."""
