"""Money: amounts with a currency, exact to the minor unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

# Currencies whose minor unit is not 1/100 (ISO 4217). All others have two decimals.
_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_DECIMALS = dict.fromkeys(_WHOLE.split(), 0) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)


def decimals(currency: str) -> int:
    """Digits after the point in `currency`: 0 for JPY, 2 for EUR, 3 for KWD."""
    return _DECIMALS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in major units with exactly the currency's decimals, so that equal prices compare equal."""

    amount: Decimal
    currency: str

    @property
    def minor(self) -> int:
        """The amount in minor units: 1250 for 12.50 EUR."""
        return int(self.amount.scaleb(decimals(self.currency)))

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def money(amount: Decimal | str | int, currency: str) -> Money:
    """`amount` quantised to the currency's minor unit. Raises ValueError if that would lose a digit."""
    exact = Decimal(amount)
    quantised = exact.quantize(Decimal(1).scaleb(-decimals(currency)))
    if quantised != exact:
        raise ValueError(f"{exact} has more decimals than {currency} allows ({decimals(currency)})")
    return Money(quantised, currency)
