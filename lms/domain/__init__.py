"""Floor 2, what people can do: one function per deed; they flush, never commit; no HTTP."""
