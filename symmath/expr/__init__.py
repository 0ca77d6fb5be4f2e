"""Expressions: one operator table, and everything derived from it."""
