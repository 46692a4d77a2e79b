"""verify-cart: an order passes when every word of it is the shop's, and never otherwise."""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from checkout import carts
from highstreet.base import verifier
from highstreet.base.diagnostic import Problems
from highstreet.base.digest import of_bytes
from highstreet.base.verifier import problems, verified
from highstreet.publish.signing import KEY, KEY_FILE, Signer, new_key, signer
from support.command import call
from support.street import Lane, simple_shop

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SECRET = "11" * 32
PRICES: dict[str, Any] = {
    "format": "highstreet-prices 1", "shop": "acme", "url": "https://acme.example", "currency": "EUR", "decimals": 2, "shipping": {"flat": 490, "free_from": 10_000},
    "lines": {
        "cloth": {"sku": "CLOTH", "price": 450, "tiers": [[3, 400], [10, 350]], "most": 20},
        "aria:AR/BLK 50&é": {"sku": "AR/BLK 50&é", "price": 12_950, "compare_at": 15_900},
        "gone": {"price": 100, "most": 0},
        "autumn": {"price": 700, "until": "2026-11-30T00:00:00+00:00"},
    },
}  # fmt: skip
ORDER = carts.order(PRICES, [("cloth", 3), ("aria:AR/BLK 50&é", 1), ("autumn", 1)], note="Ring twice")


def signed_by(secret: str = SECRET) -> Signer:
    found = signer({KEY: secret})
    assert found is not None
    return found


def packed(prices: Any) -> bytes:
    return json.dumps(prices, ensure_ascii=False).encode()


def seal(manifest: bytes, shop: str = "acme", now: datetime = NOW, secret: str = SECRET) -> bytes:
    return signed_by(secret).seal(shop, of_bytes(manifest), now)


def check(cart: Any, prices: Any = PRICES, now: datetime = NOW, **changed: Any) -> list[str]:
    """What is wrong with `cart`, the rest being as it should be unless it is among `changed`."""
    manifest = packed(prices)
    given: dict[str, Any] = {"manifest": manifest, "signature": seal(manifest), "key": signed_by().public, "now": now} | changed
    return problems(cart, **given)


def test_an_honest_order_is_taken() -> None:
    assert check(ORDER) == []
    assert check(json.loads(json.dumps(ORDER))) == []


def line(number: int, **changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda cart: cart["lines"][number].update(changes)


def whole(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda cart: cart.update(changes)


def cheaper(cart: dict[str, Any]) -> None:
    """Everything adds up; only the price of one thing is the customer's idea."""
    cart["lines"][1] |= {"unit": 1, "total": 1}
    cart |= {"subtotal": cart["subtotal"] - 12_949, "total": cart["total"] - 12_949}


TAMPERED: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "changed price": (cheaper, "line 2: unit is 1, and should be 12950"),
    "price of a step not reached": (line(0, unit=350), "line 1: unit is 350"),
    "price as text": (line(0, unit="400"), "line 1: unit is '400'"),
    "price as a fraction": (line(0, unit=400.0), "line 1: unit is 400.0"),
    "line total": (line(0, total=1199), "line 1: total is 1199, and should be 1200"),
    "quantity 0": (line(0, quantity=0), "0 pieces of 'cloth'"),
    "quantity below zero": (line(0, quantity=-1), "-1 pieces"),
    "quantity that is no number": (line(0, quantity="3"), "'3' pieces"),
    "quantity true": (line(0, quantity=True), "True pieces"),
    "half a piece": (line(0, quantity=2.5), "2.5 pieces"),
    "more than there are": (line(0, quantity=21), "1 to 20 can be had"),
    "more of one": (line(0, quantity=4), "line 1: total is 1200, and should be 1600"),
    "unknown thing": (line(0, key="clothes"), "'clothes' is not sold here"),
    "no key": (line(0, key=None), "None is not sold here"),
    "unknown SKU": (line(0, sku="CLOTH-2"), "'CLOTH-2' is not the SKU of 'cloth'"),
    "the same thing twice": (lambda cart: cart["lines"].append(cart["lines"][0]), "'cloth' is listed twice"),
    "sold out": (lambda cart: cart["lines"].append({"key": "gone", "quantity": 1, "unit": 100, "total": 100}), "'gone' is sold out"),
    "no lines": (whole(lines=[]), "1 to 100 lines"),
    "lines that are none": (whole(lines=["cloth"]), "1 to 100 lines"),
    "too many lines": (lambda cart: cart.update(lines=cart["lines"] * 50), "1 to 100 lines"),
    "wrong currency": (whole(currency="JPY"), "currency is 'JPY', the prices are in EUR"),
    "another shop": (whole(shop="other"), "the order is for the shop 'other'"),
    "subtotal": (whole(subtotal=1), "subtotal is 1"),
    "total": (whole(total=14_850 - 1), "total is 14849, and should be 14850"),
    "total left out": (lambda cart: cart.pop("total"), "total is None"),
    "shipping added": (whole(shipping=1), "shipping is 1, and should be 0"),
    "shipping unknown": (whole(shipping=None), "shipping is None"),
    "another kind of order": (whole(format="highstreet-cart 2"), "not an order of a kind known here"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_order_is_refused(name: str) -> None:
    cart = copy.deepcopy(ORDER)
    TAMPERED[name][0](cart)

    assert TAMPERED[name][1] in "\n".join(check(cart))


@pytest.mark.parametrize("cart", [None, [], "order", 7, {}, {"format": "highstreet-cart 1"}, {"format": ["highstreet-cart 1"]}])
def test_what_is_no_order_is_refused(cart: Any) -> None:
    assert check(cart) != []


WORDS = json.dumps(ORDER)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (WORDS[:-1] + ', "lines": []}', "twice"),
        (WORDS.replace('"quantity": 3', '"quantity": 300, "quantity": 3'), "twice"),
        (WORDS.replace('"quantity": 3', '"quantity": 300, "quantit\\u0079": 3'), "twice"),
        (WORDS[:-1] + ', "tip": NaN}', "NaN"),
        (WORDS[:-1] + ', "tip": -Infinity}', "-Infinity"),
        (WORDS[:-1] + f', "tip": {"9" * 900_000}}}', "too large"),
        (WORDS[:-1] + ', "tip": ' + "[" * 100_000, "deep"),
        (WORDS + " " * 1_000_000, "too large"),
    ],
    ids=["lines twice", "quantity twice", "quantity twice, one escaped", "no number", "infinite", "huge number", "deep", "long"],
)
def test_what_other_readers_may_read_otherwise_is_no_order(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        verifier.order(text)
    assert verifier.order(WORDS) == ORDER


@pytest.mark.parametrize("digits", ["٣", "３", '"3"', "3.0", "3e0", "-3", "true", "9007199254740993"])
def test_quantities_are_whole_numbers_in_plain_digits(digits: str) -> None:
    try:
        cart = verifier.order(WORDS.replace('"quantity": 3', f'"quantity": {digits}'))
    except ValueError:
        return

    assert "pieces" in check(cart)[0]


def test_no_more_of_a_file_is_read_than_an_order_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (tmp_path / "order.json").open("wb") as file:
        file.truncate(2**36)
    (tmp_path / "prices.json").write_bytes(packed(PRICES))
    (tmp_path / "prices.sig.json").write_bytes(seal(packed(PRICES)))

    code = verifier.main([str(tmp_path / "order.json"), "--manifest", str(tmp_path / "prices.json"), "--key", signed_by().public])

    assert code == 2
    assert "too large" in capsys.readouterr().err


def test_shipping_the_shop_does_not_tell_may_not_be_invented() -> None:
    prices = {**PRICES, "shipping": {}}
    cart = carts.order(prices, [("cloth", 1)])

    assert check(cart, prices) == []
    assert check({**cart, "shipping": 0}, prices) == ["the shop does not tell what shipping costs, the order does"]


def test_prices_hold_until_they_end() -> None:
    assert check(ORDER, now=datetime(2026, 11, 30, tzinfo=UTC)) == ["line 3: 'autumn' was sold until 2026-11-30T00:00:00+00:00"]
    assert check(ORDER, now=datetime(2027, 1, 31, tzinfo=UTC))[0].startswith("line 3")
    assert check(ORDER, now=datetime(2027, 2, 1, tzinfo=UTC)) == ["the prices held until 2027-02-01T00:00:00Z: fetch the shop's present ones"]


def test_an_old_release_says_old_prices() -> None:
    dearer = copy.deepcopy(PRICES)
    dearer["lines"]["cloth"] = {"sku": "CLOTH", "price": 500}

    assert "line 1: unit is 400, and should be 500" in check(ORDER, dearer)


def replaced() -> dict[str, Any]:
    """The customer's own manifest, with the shop's signature of another."""
    prices = copy.deepcopy(PRICES)
    prices["lines"]["cloth"]["price"] = 1
    return prices


def test_prices_that_were_not_signed_are_refused() -> None:
    manifest = packed(PRICES)
    good = json.loads(seal(manifest))
    said = json.loads(good["statement"])

    def sealed(**changes: Any) -> bytes:
        return json.dumps({**good, **changes}).encode()

    cases = {
        "replaced manifest": {"manifest": packed(replaced())},
        "a byte more": {"manifest": manifest + b" "},
        "signed by somebody else": {"signature": seal(manifest, secret="22" * 32)},
        "their own key in the file": {"signature": json.dumps({**json.loads(seal(manifest, secret="22" * 32)), "key": signed_by().public}).encode()},
        "longer valid": {"signature": sealed(statement=json.dumps({**said, "until": "2099-01-01T00:00:00Z"}))},
        "statement of no use": {"signature": sealed(statement=7)},
        "signature cut": {"signature": sealed(signature=good["signature"][:-2])},
        "signature not hexadecimal": {"signature": sealed(signature="zz" * 64)},
        "no signature": {"signature": b"{}"},
        "signature no JSON": {"signature": b"\xff"},
        "another key": {"key": signed_by("22" * 32).public},
        "key cut": {"key": "11"},
        "another shop's": {"signature": seal(manifest, shop="other")},
    }
    assert {name: check(ORDER, **case) != [] for name, case in cases.items()} == dict.fromkeys(cases, True)
    assert check(ORDER) == []


def test_every_bit_of_a_signature_counts() -> None:
    manifest = packed(PRICES)
    good = json.loads(seal(manifest))
    words, mark, public = good["statement"].encode(), bytes.fromhex(good["signature"]), bytes.fromhex(signed_by().public)

    assert verified(public, words, mark)
    for bit in random.Random(4).sample(range(512), 64):
        wrong = bytearray(mark)
        wrong[bit // 8] ^= 1 << bit % 8
        assert not verified(public, words, bytes(wrong)), bit
    stretched = (int.from_bytes(mark[32:], "little") + 2**252 + 27742317777372353535851937790883648493).to_bytes(32, "little")
    assert not verified(public, words, mark[:32] + stretched), "the same number said otherwise"


# RFC 8032, 7.1: secret key, public key, message, signature.
VECTORS = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
]  # fmt: skip


@pytest.mark.parametrize(("secret", "public", "message", "signature"), VECTORS)
def test_signatures_are_those_of_the_standard(secret: str, public: str, message: str, signature: str) -> None:
    assert signed_by(secret).public == public
    assert signed_by(secret)._key.sign(bytes.fromhex(message)).hex() == signature
    assert verified(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


def numbers(data: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where amounts and counts stand."""
    if isinstance(data, dict | list):
        for key, inner in data.items() if isinstance(data, dict) else enumerate(data):
            yield from numbers(inner, (*at, key))
    elif isinstance(data, int):
        yield at


def test_any_honest_order_passes_and_any_changed_number_does_not() -> None:
    rng = random.Random(8)
    tried = 0
    for _ in range(60):
        prices = carts.manifest(rng)
        lines = carts.wanted(rng, prices)
        if not lines:
            continue
        order = carts.order(prices, lines)
        sealed = json.loads(packed(prices))
        assert verifier._order_problems(order, sealed, NOW) == []
        for at in numbers(order):
            cart = copy.deepcopy(order)
            inner: Any = cart
            for key in at[:-1]:
                inner = inner[key]
            was = inner[at[-1]]
            inner[at[-1]] = was + rng.choice([-1, 1, 10, -was - 1])
            free = at[-1] == "quantity" and cart["lines"][at[1]]["unit"] == 0
            assert verifier._order_problems(cart, sealed, NOW) != [] or free, (at, order)
            tried += 1
    assert tried > 500


# The command and the one file


def test_the_one_file_needs_nothing_else_and_says_the_same(tmp_path: Path) -> None:
    manifest = packed(PRICES)
    (tmp_path / "prices.json").write_bytes(manifest)
    (tmp_path / "prices.sig.json").write_bytes(signed_by().seal("acme", of_bytes(manifest), datetime.now(UTC)))
    good = {**ORDER, "lines": ORDER["lines"][:1], "subtotal": 1200, "shipping": 490, "total": 1690}
    bad = {**good, "total": 1}
    (tmp_path / "good.json").write_text(json.dumps(good))
    (tmp_path / "bad.json").write_text(json.dumps(bad))
    (tmp_path / "deep.json").write_text("[" * 100_000)
    written = call("verify-cart", "--write-verifier", tmp_path / "verify_cart.py")
    assert written.code == 0

    for name, code, words in (("good", 0, "accepted\n"), ("bad", 1, "total is 1, and should be"), ("deep", 2, "nested too deeply"), ("none", 2, "No such file")):
        options = [str(tmp_path / f"{name}.json"), "--manifest", str(tmp_path / "prices.json"), "--key", signed_by().public]
        alone = subprocess.run([sys.executable, "-I", "-S", str(tmp_path / "verify_cart.py"), *options], capture_output=True, text=True, check=False, timeout=60)
        ours = call("verify-cart", *options)

        assert (alone.returncode, ours.code) == (code, code), alone.stderr
        assert words in alone.stdout + alone.stderr
        assert (ours.out, ours.err) == (alone.stdout, alone.stderr)
    assert call("verify-cart", tmp_path / "good.json").code == 2
    again = call("verify-cart", "--write-verifier", tmp_path / "verify_cart.py")
    assert (again.code, "is there already" in again.err) == (2, True)


def test_a_key_is_made_kept_private_and_never_told(tmp_path: Path) -> None:
    place = tmp_path / "secret.key"

    made = call("verify-cart", "--new-key", place)

    secret = place.read_text().strip()
    found = signer({KEY_FILE: str(place)})
    assert found is not None
    assert found.public in made.out
    assert secret not in made.all + repr(found)
    assert place.stat().st_mode & 0o077 == 0
    assert call("verify-cart", "--new-key", place).code == 2
    assert place.read_text().strip() == secret
    assert new_key()[0] != new_key()[0]
    for environ in ({KEY: SECRET[:-1]}, {KEY: f"x{SECRET}"}, {KEY_FILE: str(tmp_path / "none")}, {KEY_FILE: str(tmp_path)}):
        with pytest.raises(Problems) as refused:
            signer(environ)
        (told,) = refused.value.diagnostics
        assert told.code == "HS815"
        assert SECRET[:-1] not in str(told)
    assert signer({}) is None


def test_a_published_shop_carries_its_signed_prices(lane: Lane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lane.tenant("acme", simple_shop())
    store = tmp_path / "store"
    monkeypatch.setenv(KEY, SECRET)
    assert call("-C", lane.root, "build").code == 0

    first = call("-C", lane.root, "publish", "--to", f"file://{store}", "--format", "json")
    again = call("-C", lane.root, "publish", "--to", f"file://{store}", "--format", "json")

    assert (first.code, again.code) == (0, 0), first.all
    assert '"unchanged"' in again.out, "the same prices are signed the same"
    (manifest,), (sealed,) = (list(store.glob(f"acme/t/*/{name}")) for name in ("prices.json", "prices.sig.json"))
    prices = json.loads(manifest.read_bytes())
    key, row = next((key, row) for key, row in prices["lines"].items() if row.get("most", 1))
    order = carts.order(prices, [(key, 1)])
    assert problems(order, manifest.read_bytes(), sealed.read_bytes(), signed_by().public) == []
    assert row["price"] > 0
    assert problems({**order, "total": 1}, manifest.read_bytes(), sealed.read_bytes(), signed_by().public) != []
    everything = b"".join(path.read_bytes() for path in [*store.rglob("*"), *lane.root.rglob("*")] if path.is_file())
    assert SECRET.encode() not in everything + (first.all + again.all).encode()
