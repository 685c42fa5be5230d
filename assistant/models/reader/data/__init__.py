"""Training data: one loader a kind of format, all giving the same `Item`s."""
