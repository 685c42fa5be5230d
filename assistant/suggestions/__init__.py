"""Questions that the corpus can answer, to begin with or to ask next, made from its words without a language model.

Sentences, table rows, names and headings become questions by templates (overgenerate, then select: Heilman and Smith
2010; here without a parser, so that only sentences of a plain shape serve). What is offered was asked before.

article -> sentences, headings, rows, names -> candidates -> choosing, by asking them -> what is offered
"""

from assistant.suggestions.choosing import follow_ups, starters

__all__ = ["follow_ups", "starters"]
