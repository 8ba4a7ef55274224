"""`make verifiers`: badges before the verifier that others use (needs node; fetched with npm)."""
