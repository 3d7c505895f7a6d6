"""What a page says in the line that the policy for its content forbids: code and looks."""

import re
from html.parser import HTMLParser

NONCE = re.compile(r"'nonce-([^']+)'")
LOOSE = ("unsafe-inline", "unsafe-eval", "*")


def faults(answer):
    """Inline handlers, styles and addresses that run, and scripts that the answer's head lacks."""
    policy = answer.headers.get("Content-Security-Policy", "")
    rules = dict(part.strip().partition(" ")[::2] for part in policy.split(";") if part.strip())
    kinds = ("script-src", "style-src", "default-src", "object-src", "base-uri", "frame-ancestors")
    said = [f"no rule for {kind}" for kind in kinds if kind not in rules]
    said += [word for word in LOOSE if any(word in rule for rule in rules.values())]
    reader = Reader(set(NONCE.findall(policy)))
    reader.feed(answer.content.decode("utf-8", "replace"))
    return said + reader.found


class Reader(HTMLParser):
    """Notes each tag that a browser under the policy would not obey."""

    def __init__(self, nonces):
        super().__init__()
        self.nonces, self.found = nonces, []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.found += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        self.found += [f"<{tag} style>" for name in given if name == "style"]
        self.found += [
            f"<{tag} {name}={value}>"
            for name, value in given.items()
            if (value or "").strip().lower().startswith("javascript:")
        ]
        loaded = tag == "script" and (given.get("src") or "").startswith("/")
        if tag in {"script", "style"} and not loaded and given.get("nonce") not in self.nonces:
            self.found.append(f"<{tag}> without nonce")
