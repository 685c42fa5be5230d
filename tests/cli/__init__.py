"""Tests of `assistant.cli`, a module for each of its modules."""
