"""Measure solvers on suites of problems."""
