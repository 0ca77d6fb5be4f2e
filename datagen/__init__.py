"""Make training data: random expressions, generators, shards. Never imports torch."""
