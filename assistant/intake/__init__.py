"""What others send in: files and pages are read in processes of their own, then taken in one after the other."""

from assistant.intake.intake import AT_ONCE, MAX_FILE, Intake
from assistant.intake.web import WebReader
from assistant.proof import PROOF_HEADER, Proof, read_proof

__all__ = ["AT_ONCE", "MAX_FILE", "PROOF_HEADER", "Intake", "Proof", "WebReader", "read_proof"]
