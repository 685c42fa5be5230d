"""A reader of our own: inputs, training data, network, training, export. Training needs torch, reading does not."""
