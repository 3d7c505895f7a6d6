"""Signatures in PDF: keys, certificates, time stamps, seals and the judgement of a file."""
