"""Exact methods for differential equations, on top of undetermined coefficients; no network."""
