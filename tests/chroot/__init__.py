"""The whole of "Run it for real" in README.md, walked in a bare Debian (`make real`)."""
