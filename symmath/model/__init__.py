"""The transformer, its grammar, beam search and checkpoints."""
