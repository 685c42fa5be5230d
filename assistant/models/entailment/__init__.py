"""The trained network that judges whether a source states what a sentence claims, and what trains it."""
