"""One hash for one content, whoever computes it and whenever."""

import hashlib
import json


def seal(content):
    """SHA-256 of a JSON content in its canonical form: sorted keys, no spaces, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal_file(data):
    """SHA-256 of the bytes of a file."""
    return hashlib.sha256(data).hexdigest()
