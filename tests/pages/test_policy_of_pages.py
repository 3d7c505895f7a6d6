"""The reader that walks every page (tests/pages/test_forbidden.py) finds what must not be there."""

from django.http import HttpResponse

from tests.pages import inline

STRICT = (
    "default-src 'self'; script-src 'self' 'nonce-abc'; style-src 'self' 'nonce-abc'; "
    "object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
)


def test_the_reader_names_each_thing_that_a_strict_policy_forbids():
    cases = {
        '<script src="/static/a.js"></script><style nonce="abc"></style>': [],
        '<script nonce="abc">1</script>': [],
        "<script>1</script>": ["<script> without nonce"],
        '<script nonce="old">1</script>': ["<script> without nonce"],
        '<script src="https://elsewhere.example/a.js"></script>': ["<script> without nonce"],
        "<style>p{}</style>": ["<style> without nonce"],
        '<p style="color:red" onClick="x()">': ["<p onclick>", "<p style>"],
        '<a href=" JavaScript:x()">': ["<a href= JavaScript:x()>"],
    }
    for said, wanted in cases.items():
        headers = {"Content-Security-Policy": STRICT}
        assert inline.faults(HttpResponse(said, headers=headers)) == wanted, said

    loose = {"Content-Security-Policy": STRICT.replace("'nonce-abc'", "'unsafe-inline'")}
    assert inline.faults(HttpResponse("", headers=loose)) == ["unsafe-inline"]
    assert "no rule for script-src" in inline.faults(HttpResponse(""))
