"""Tests of `assistant.suggestions`, a module for each of its modules."""
