"""Train a model on shards."""
