"""Tests of `assistant.sources`, a module for each of its modules."""
