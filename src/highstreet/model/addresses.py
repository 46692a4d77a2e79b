"""Addresses: host names, URLs, e-mail addresses and phone numbers, and what is wrong with one."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from highstreet.model.flaws import Flaw

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?P<host>[A-Za-z0-9.-]+)")
UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069<>\"`\\^{|}]")


def host(text: str) -> Flaw | None:
    """A name for a shop's own domain: lower-case ASCII, at least one dot, no scheme, port or path."""
    if _is_host(text):
        return None
    expected = "a host name, such as www.example.com"
    bare = re.sub(r"^[a-z]+://", "", text.strip().lower()).partition("/")[0].partition(":")[0].rstrip(".")
    ascii_name = _ascii_host(bare)
    if re.fullmatch(r"[0-9.]+", bare):
        return Flaw("HS108", "{name} is an IP address", expected, "use the name of the domain")
    if "*" in bare:
        return Flaw("HS108", "{name} cannot have wildcards", expected, "list each host name")
    fix = f"write {ascii_name}" if ascii_name and _is_host(ascii_name) else "write the domain name alone"
    return Flaw("HS108", "{name} is not a host name", expected, fix)


def _is_host(text: str) -> bool:
    labels = text.split(".")
    return (
        len(text) <= 253 and len(labels) > 1 and all(_LABEL.fullmatch(x) for x in labels) and not labels[-1].isdigit()
    )


def _ascii_host(text: str) -> str:
    """The name as browsers ask for it. Python's own codec is of 2003 and would take "straße.de" for "strasse.de"."""
    if text.isascii():
        return text
    labels = re.split("[.\u3002\uff0e\uff61]", unicodedata.normalize("NFKC", text.lower()))
    return ".".join(label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels)


def in_ascii(text: str) -> str:
    """A web address whose host has only ASCII letters, so that a security policy can name it."""
    parts = urlsplit(text)
    return text.replace(parts.netloc, _ascii_host(parts.netloc), 1)


def lookalike(text: str) -> str:
    """The name as a browser may show it when its letters imitate others ("xn--pple-43d.com"); "" otherwise."""
    if text.isascii() and "xn--" not in text:
        return ""
    try:
        shown = text.encode("ascii").decode("idna") if text.isascii() else text
    except UnicodeError:
        return text
    for label in shown.split("."):
        scripts = {unicodedata.name(c, "?").split()[0] for c in label if c.isalpha()}
        mixed = (
            len(scripts) > 1
            and not scripts <= {"CJK", "HIRAGANA", "KATAKANA", "LATIN"}
            and not scripts <= {"CJK", "HANGUL", "LATIN"}
        )
        imitates = scripts in ({"CYRILLIC"}, {"GREEK"}) and all(c in "аеорсухіјѕԁһԛԝӏοανρ-0123456789" for c in label)
        if mixed or imitates:
            return shown
    return ""


def disguised(text: str) -> str:
    """The host of a web address as `lookalike` gives it."""
    return lookalike(urlsplit(text).hostname or "")


def url(text: str, schemes: tuple[str, ...] = ("https", "http")) -> Flaw | None:
    """A web address that is safe to put into a page: no other scheme, no password, nothing invisible."""
    expected = "a web address, such as https://www.example.com/"
    scheme, colon, rest = text.partition(":")
    if UNSAFE.search(text):
        return Flaw(
            "HS301",
            "{name} has characters a web address cannot have",
            expected,
            "write spaces as %20 and leave out quotes and line breaks",
        )
    if scheme.lower() not in schemes or not colon:
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:(?![0-9])", text):
            return Flaw(
                "HS302",
                "{name} uses a scheme that is not allowed",
                " or ".join(f"{word}://" for word in schemes),
                f"use {schemes[0]}://",
            )
        guess = f"https://{text}"
        return Flaw(
            "HS301",
            "{name} is not a web address",
            expected,
            f"write {guess}" if re.match(r"[\w-]+\.[\w.-]+", text) and url(guess) is None else "begin with https://",
        )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return Flaw("HS301", "{name} is not a web address", expected, "check the part after //")
    if not rest.startswith("//") or not parts.hostname:
        return Flaw("HS301", "{name} is not a web address", expected, f"write {scheme}://" + rest.lstrip("/"))
    if parts.username is not None or parts.password is not None:
        return Flaw("HS303", "{name} holds a user name or password", expected, "remove the part before @")
    if port == 0 or not (_is_host(_ascii_host(parts.hostname)) or parts.hostname == "localhost"):
        return Flaw("HS301", "{name} is not a web address", expected, "check the host name")
    return None


def https(text: str) -> Flaw | None:
    """A web address that must be encrypted: where a customer's order or the shop's pictures travel."""
    flaw = url(text, ("http", "https") if text.startswith("http:") else ("https",))
    if flaw is None and not text.startswith("https://"):
        return Flaw("HS302", "{name} is not encrypted", "https://", f"write https://{text.partition('://')[2]}")
    return flaw


def email(text: str) -> Flaw | None:
    match = _EMAIL.fullmatch(text)
    if match and _is_host(match["host"].lower()) and ".." not in text and not text.startswith("."):
        return None
    tidy = text.strip().removeprefix("mailto:")
    fix = f"write {tidy}" if tidy != text and email(tidy) is None else "check the address"
    return Flaw("HS111", "{name} is not an e-mail address", "name@example.com", fix)


def phone(text: str) -> Flaw | None:
    """A number people can dial from anywhere: + and country code; spaces, dots, hyphens and brackets are fine."""
    digits = re.sub(r"[ ().\-/\u00a0]", "", text)
    if re.fullmatch(r"\+[1-9][0-9]{5,14}", digits):
        return None
    fix = f"write +{digits[2:]}" if re.fullmatch(r"00[1-9][0-9]{5,14}", digits) else "begin with + and the country code"
    return Flaw("HS112", "{name} is not an international phone number", "+ and digits, such as +33 1 23 45 67 89", fix)


def public_key(text: str) -> Flaw | None:
    """A service's public key, which every page shows. Secret keys are found and refused in all files (secrets.py)."""
    if re.fullmatch(r"[A-Za-z0-9+/=_-]{20,200}", text):
        return None
    return Flaw("HS114", "{name} is not a public key", "letters and digits, as the service shows it", "copy it again")
