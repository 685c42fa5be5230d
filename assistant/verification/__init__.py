"""Verification: a statement that a language model wrote, compared with the verbatim quotes that it cites."""
