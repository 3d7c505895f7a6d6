"""Every setting that comes from outside, read once, with a sentence for each mistake."""

import base64
import binascii
import difflib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

PREFIX = "GYG_"

VARIABLES = {
    "GYG_API_PACE": "Requests a minute for each token, phone or person; 0 for no limit.",
    "DATABASE_URL": "PostgreSQL 15 or later; without it an embedded server starts under var/.",
    "GYG_ALLOWED_HOSTS": "Host names the site answers to, separated by commas.",
    "GYG_CLAMD": "Socket of clamd, a path or HOST:PORT; without it no file is scanned for viruses.",
    "GYG_CSRF_ORIGINS": "Origins (https://…) that may send forms, separated by commas.",
    "GYG_DATA_KEY": "Keys that encrypt ID and account numbers: 32 bytes in base64, newest first.",
    "GYG_DEBUG": "1 for development (the default), 0 for production.",
    "GYG_HMAC_KEY": "Key under which ID numbers are looked up: 32 bytes in base64.",
    "GYG_HTTPS": "0 only where the site is served without HTTPS, as the demo is.",
    "GYG_IDLE_MINUTES": "Minutes after which whoever does nothing signs in again.",
    "GYG_KEYS_DIR": "Directory holding the files secret, data and hmac in place of the three keys.",
    "GYG_LOG_FORMAT": "line for people (the default), json for programs that collect logs.",
    "GYG_LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR.",
    "GYG_METRICS_DIR": "Where server processes add up their counts; emptied at each start.",
    "GYG_METRICS_TOKEN": "Opens /metrics and the details of /readyz from other machines.",
    "GYG_OIDC_ACR": "What the provider's acr or amr says of a second factor, separated by commas.",
    "GYG_OIDC_CLAIM": "The claim that names the login here; without it administrators bind each.",
    "GYG_OIDC_CLIENT": "Name of this site at the identity provider.",
    "GYG_OIDC_ISSUER": "Identity provider (OpenID Connect), such as https://id.example.cn/realm.",
    "GYG_OIDC_SECRET": "Secret of this site at the identity provider.",
    "GYG_PKCS11_LIBRARY": "Driver of the token that holds seals, such as /usr/lib/…/driver.so.",
    "GYG_PKCS11_PIN": "PIN of that token.",
    "GYG_PKCS11_TOKEN": "Label of that token.",
    "GYG_PROXIES": "How many proxies of your own stand in front of the site; 0 for none.",
    "GYG_SECOND_FACTOR": "on in production; off where a password is enough for everybody.",
    "GYG_SECRET_KEY": "Signs sessions and links: 32 bytes in base64.",
    "GYG_VAR_DIR": "Where the database, keys and papers are kept; var/ beside the code by default.",
}

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


@dataclass(frozen=True)
class Environment:
    """The variables of this process; a misspelt name or value stops the start with a sentence."""

    values: Mapping[str, str]

    @classmethod
    def of_process(cls) -> "Environment":
        """Take the variables of this process and refuse the names nobody reads."""
        environment = cls(os.environ)
        environment.refuse_unknown()
        return environment

    def refuse_unknown(self) -> None:
        """A name that begins like ours but is not ours is a spelling mistake."""
        unknown = sorted(n for n in self.values if n.startswith(PREFIX) and n not in VARIABLES)
        if unknown:
            raise ImproperlyConfigured(" ".join(_unknown(name) for name in unknown))

    def text(self, name: str, default: str | None = None) -> str:
        """The text of a variable; without a default it must be there."""
        value = self.values.get(_known(name), "").strip()
        if value:
            return value
        if default is None:
            raise ImproperlyConfigured(f"Set {name}. {VARIABLES[name]}")
        return default

    def flag(self, name: str, default: bool) -> bool:
        """A yes or a no; anything else is refused rather than guessed."""
        value = self.text(name, str(int(default))).lower()
        if value not in _TRUE | _FALSE:
            raise ImproperlyConfigured(f"{name} is “{value}”; write 1 or 0. {VARIABLES[name]}")
        return value in _TRUE

    def number(self, name: str, default: int) -> int:
        """A whole number of at least nothing."""
        value = self.text(name, str(default))
        if not value.isdecimal():
            raise ImproperlyConfigured(f"{name} is “{value}”; write a number. {VARIABLES[name]}")
        return int(value)

    def words(self, name: str, default: str | None = "") -> list[str]:
        """The parts of a list separated by commas."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """One of a few words."""
        value = self.text(name, default).upper()
        if value not in allowed:
            raise ImproperlyConfigured(f"{name} is “{value}”; write one of {', '.join(allowed)}.")
        return value

    def path(self, name: str, default: Path) -> Path:
        """A directory as an absolute path."""
        return Path(self.text(name, str(default))).expanduser().resolve()


@dataclass(frozen=True)
class Keys:
    """The three secrets of a site: given in production, made once in development."""

    secret: str
    data: dict[str, bytes]
    hmac: bytes

    @classmethod
    def of(cls, environment: Environment, *, made_in: Path | None) -> "Keys":
        """Read the keys; `made_in` is where development may make those that are missing."""
        texts = {name: _key_text(environment, name, made_in) for name in ("SECRET", "DATA", "HMAC")}
        hmac = _key_bytes("GYG_HMAC_KEY", texts["HMAC"])
        data = dict(_numbered_keys("GYG_DATA_KEY", texts["DATA"]))
        if hmac in data.values():
            raise ImproperlyConfigured("GYG_HMAC_KEY and GYG_DATA_KEY must not be the same key.")
        # Django wants fifty signs or more; the same bytes in hexadecimal have sixty-four.
        secret = _key_bytes("GYG_SECRET_KEY", texts["SECRET"]).hex()
        return cls(secret=secret, data=data, hmac=hmac)


def _known(name: str) -> str:
    assert name in VARIABLES, f"{name} is not described in VARIABLES"
    return name


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, VARIABLES, n=1, cutoff=0.6)
    meant = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(VARIABLES))}."
    return f"The environment variable {name} is not known: {meant}"


def _key_text(environment: Environment, name: str, made_in: Path | None) -> str:
    """The variable wins over the file, and only development makes a missing file."""
    variable = f"{PREFIX}{name}_KEY"
    given = environment.text(variable, "")
    if given:
        return given
    directory = environment.text("GYG_KEYS_DIR", str(made_in or ""))
    if not directory:
        raise ImproperlyConfigured(
            f"Set {variable}, or GYG_KEYS_DIR. {VARIABLES[variable]} "
            "Make one with: python -m project.environment"
        )
    file = Path(directory).expanduser() / name.lower()
    if not file.exists() and made_in is not None:
        _make_key(file)
    if not file.exists():
        raise ImproperlyConfigured(f"Set {variable}; {file} does not exist.")
    return file.read_text().strip()


def _make_key(file: Path) -> None:
    """Write a key nobody else can read; of two processes that make it at once, one wins."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(new_key() + "\n")
    try:
        os.link(draft, file)
    except FileExistsError:
        pass  # The other process was first and its key is the one that counts.
    finally:
        draft.unlink()


def new_key() -> str:
    """A fresh key of 32 bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _numbered_keys(variable: str, text: str) -> list[tuple[str, bytes]]:
    """`name:key,name:key`; a lone key without a name is called 1."""
    pairs = []
    for part in text.split(","):
        name, colon, key = part.strip().rpartition(":")
        pairs.append((name if colon else "1", _key_bytes(variable, key)))
    if len({name for name, _ in pairs}) != len(pairs):
        raise ImproperlyConfigured(f"Two keys of {variable} have the same name.")
    return pairs


def _key_bytes(variable: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured(f"{variable} is not base64. {VARIABLES[variable]}") from error
    if len(key) != 32:
        raise ImproperlyConfigured(f"{variable} holds {len(key)} bytes. {VARIABLES[variable]}")
    return key


if __name__ == "__main__":
    print(new_key())
