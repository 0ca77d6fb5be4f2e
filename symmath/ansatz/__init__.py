"""Undetermined coefficients: exact fitting of an answer's terms, with or without a network."""
