"""Cohorts: what their partner does with them, and what their people do in them."""
