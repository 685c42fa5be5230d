"""The regression suite: fixed question-answer pairs, what is checked of each answer, and reports of a run.

pairs -> asked -> checks -> results -> report -> terminal, JSON, HTML, JUnit; beside a baseline: what changed, and why
"""
