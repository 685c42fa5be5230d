"""A reader of our own: its inputs, training data, network, training and export (training needs torch, reading does not)."""
