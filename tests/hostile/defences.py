"""Every defence with a way to take it out, the attack that it stops, and the oracle that then has to fail.

`test_defences.py` builds the attack without the defence. A defence whose absence no oracle notices is not proven, and
an oracle that never fails is no oracle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Defence:
    attacks: tuple[str, ...]  # "class/case"
    oracle: str
    disable: Callable[[], None]


DEFENCES: dict[str, Defence] = {}


def disable(name: str) -> None:
    """Takes the defence out of this process and those it forks."""
    DEFENCES[name].disable()


def _stops(*attacks: str, oracle: str = "verdicts") -> Callable[[Callable[[], None]], Callable[[], None]]:
    def listed(function: Callable[[], None]) -> Callable[[], None]:
        DEFENCES[function.__name__.replace("_", " ")] = Defence(attacks, oracle, function)
        return function

    return listed


def _nothing(*_: Any, **__: Any) -> None:
    return None


# YAML


@_stops("yaml/huge-file")
def text_files_have_a_largest_size() -> None:
    from highstreet.source import yaml

    yaml.LARGEST = 2**40


@_stops("yaml/deep-brackets-open")
def what_may_nest_deeply_is_measured_before_it_is_composed() -> None:
    from highstreet.source import yaml_limits

    yaml_limits.suspicious = lambda data: False  # the parser overflows its stack: the worker dies


@_stops("yaml/deep-indented", "yaml/deep-dashes-short")
def yaml_has_a_deepest_level() -> None:
    from highstreet.source import yaml_limits

    yaml_limits.DEEPEST = 10**9


@_stops("yaml/many-values")
def yaml_has_a_largest_number_of_values() -> None:
    from highstreet.source import yaml_limits

    yaml_limits.MOST_NODES = 10**9


@_stops("yaml/alias-to-itself")
def anchors_are_refused() -> None:
    from highstreet.source import yaml_limits

    yaml_limits._may_have_anchor = lambda data: False


@_stops("yaml/python-object", "yaml/local-tag", "yaml/tag-on-a-key")
def tags_are_refused() -> None:
    from highstreet.source import yaml

    yaml._Walk._tag = _nothing  # type: ignore[method-assign]


@_stops("yaml/duplicate-key", "yaml/duplicate-key-escaped")
def keys_given_twice_are_refused() -> None:
    from highstreet.source import yaml

    yaml._Walk._duplicate = _nothing  # type: ignore[method-assign]


@_stops("yaml/two-documents")
def a_file_is_one_document() -> None:
    from highstreet.source import yaml

    def first(text: str) -> Any:
        parser = yaml._Parser(text)
        return parser.get_node() if parser.check_node() else None

    yaml._compose = first


@_stops("yaml/escaped-nul", "yaml/escaped-escape")
def escapes_make_no_control_characters() -> None:
    from highstreet.source import yaml

    yaml._refuse_controls = _nothing


@_stops("yaml/overlong-utf-8", "yaml/surrogates")
def bytes_that_are_not_utf_8_are_refused() -> None:
    from highstreet.source import yaml

    yaml.decoded = lambda file, data, largest: data.decode("utf-8", "replace")
