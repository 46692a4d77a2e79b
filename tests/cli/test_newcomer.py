"""The command as a newcomer meets it: what it says, what it gives back, and that every message names the way out."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.command import AS_OF, Said, call, command, run
from support.street import Lane, simple_shop

ESCAPE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def street(lane: Lane) -> Lane:
    lane.tenant("acme", simple_shop())
    return lane


def build(lane: Lane, *words: str | Path) -> Said:
    return call("-C", lane.root, "build", "--as-of", AS_OF, *words)


# From nothing to a shop


def test_from_an_empty_folder_to_two_shops(tmp_path: Path) -> None:
    place = tmp_path / "street"
    said = [
        call("init", place),
        call("-C", place, "build"),
        call("-C", place, "new", "lumen", "--name", 'Lumen "Optics" \\ Söhne', "--currency", "JPY"),
        call("-C", place, "check"),
        call("-C", place, "build"),
        call("-C", place, "explain", "lumen", "products/mug/"),
        call("-C", place, "schema"),
        call("-C", place, "build"),
    ]

    assert [one.code for one in said] == [0] * 8, [one.all for one in said]
    assert "highstreet build" in said[0].out
    assert (place / "build/corner-shop/index.html").is_file()
    assert "Lumen &#34;Optics&#34; \\ Söhne" in (place / "build/lumen/index.html").read_text("utf-8")
    assert "2 tenants checked: no problems" in said[3].out
    assert "1 built, 1 unchanged" in said[4].out
    assert "look at it with: highstreet preview corner-shop" in said[1].out  # as a file it would have no styles
    assert "up to date" in said[5].out
    assert "0 built, 2 unchanged" in said[7].out
    assert said[7].err == ""


def test_init_in_the_folder_one_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    first, second = call("init", "."), call("init", ".")

    assert first.code == 0
    assert "cd ." not in first.out
    assert second.code == 2
    assert "HS158" in second.err
    assert "name another folder" in second.err


@pytest.mark.parametrize("currency", ["JPY", "KWD", "EUR"])
def test_new_shop_of_any_currency_has_no_problems(lane: Lane, currency: str) -> None:
    (lane.root / "pyproject.toml").write_text("")

    made = call("-C", lane.root, "new", "shop", "--currency", currency, "--locale", "de")

    assert made.code == 0
    assert call("-C", lane.root, "check").code == 0


# Wrong usage


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "no such command": (("bulid",), "did you mean build?"),
    "another generator's command": (("serve",), "did you mean preview?"),
    "a command for help": (("help",), "did you mean --help?"),
    "no such tenant": (("build", "acne"), "did you mean acme?"),
    "no jobs": (("build", "--jobs", "0"), "--jobs takes a number from 1"),
    "jobs that are no number": (("build", "--jobs", "many"), "invalid int value: 'many'"),
    "a shard beyond the last": (("build", "--shard", "3/2"), "such as 2/8"),
    "a shard that is no shard": (("build", "--shard", "x"), "such as 2/8"),
    "no time": (("build", "--as-of", "yesterday"), "such as 2026-12-01T09:00:00Z"),
    "a time before time": (("build", "--as-of", "0001-01-01T00:00:00+14:00"), "such as 2026-12-01T09:00:00Z"),
    "no git": (("build", "--changed-since", "HEAD"), "not a git repository"),
    "a flag as a revision": (("build", "--changed-since=--output=x"), "takes a git revision"),
    "an unknown format": (("check", "--format", "xml"), "choose from"),
    "an unknown flag": (("build", "--fast"), "unrecognized arguments: --fast"),
    "no such page": (("explain", "acme", "products/thing"), "did you mean products/thing-"),
    "a handle that is none": (("new", "Café Noir"), "use cafe-noir"),
    "a handle that is taken": (("new", "acme"), "there is a tenant of that handle already"),
    "a reserved handle": (("new", "www"), "reserved"),
    "no currency": (("new", "fresh", "--currency", "EURO"), "ISO 4217"),
    "a folder": (("import", "shopify", ".", "--tenant", "fresh"), "is a folder; name the CSV file in it"),
    "no such file": (("import", "shopify", "none.csv", "--tenant", "fresh"), "there is no file none.csv"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_usage_names_the_way_out(street: Lane, case: str) -> None:
    words, hint = WRONG[case]

    said = call("-C", street.root, *words)

    assert said.code == 2, said.all
    assert hint in said.err
    assert said.out == ""
    assert "Traceback" not in said.err
    assert sum(len(line) > 200 for line in said.err.splitlines()) == 0


def test_no_workspace_and_no_tenant_are_told(tmp_path: Path) -> None:
    nowhere = call("-C", tmp_path, "build")
    (tmp_path / "tenants").mkdir()
    empty = call("-C", tmp_path, "check")

    assert (nowhere.code, empty.code) == (2, 2)
    assert "highstreet init DIR" in nowhere.err
    assert "highstreet new HANDLE" in empty.err


def test_no_command_prints_the_help() -> None:
    said = call()

    assert said.code == 2
    assert "a street in five commands" in said.out


@pytest.mark.parametrize("words", [(), ("build",), ("check",), ("explain",), ("init",), ("new",), ("import",), ("schema",), ("preview",)])
def test_help_of_every_command(words: tuple[str, ...]) -> None:
    said = call(*words, "--help")

    assert said.code == 0
    assert said.out.startswith("usage: highstreet")


def test_workspace_may_be_named_after_the_command_too(street: Lane) -> None:
    assert call("check", "-C", street.root).code == 0
    assert call("-C", street.root, "check").code == 0


@pytest.mark.parametrize("epoch", ["yesterday", "-", "99999999999999999999"])
def test_wrong_source_date_epoch_is_told(street: Lane, epoch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)

    said = call("-C", street.root, "build")

    assert said.code == 2
    assert "SOURCE_DATE_EPOCH" in said.err


def test_platform_settings_that_cannot_be_read_stop_everything(street: Lane) -> None:
    (street.root / "pyproject.toml").write_bytes(b'[tool.highstreet]\nbase_domian = "x.example"\nname = "\xff"\n')

    said = build(street)

    assert said.code == 2
    assert "did you mean base_domain?" in said.err
    assert not street.workspace.out.exists()


# Exit codes and faults of ours


def test_exit_code_tells_problems_and_our_faults_apart(street: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    from highstreet import starting

    good = build(street)
    street.write("tenants/acme/catalog/products/thing-0.yaml", "title: Thing\nprice: 12,50\n")
    bad = build(street)
    monkeypatch.setattr(starting, "schema", lambda *given: 1 / 0)
    fault = call("-C", street.root, "schema")

    assert (good.code, bad.code, fault.code) == (0, 1, 3)
    assert "tenants/acme/catalog/products/thing-0.yaml:2:8  HS204" in bad.err
    assert "keep their last good output" in bad.out
    assert "ZeroDivisionError" in fault.err
    assert "This is a fault of Highstreet" in fault.err


def test_full_disk_while_starting_is_one_sentence(street: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    from highstreet import starting

    def full(*given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/x/schemas/tenant.schema.json")

    monkeypatch.setattr(starting, "schema", full)

    said = call("-C", street.root, "schema")

    assert said.code == 1
    assert said.err == "highstreet: /x/schemas/tenant.schema.json: No space left on device\n"


def test_closed_pipe_is_no_fault(street: Lane) -> None:
    read, write = os.pipe()
    os.close(read)

    done = subprocess.run(command("-C", street.root, "check", "--format", "json"), stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)

    assert done.returncode == 0
    assert done.stderr == ""


# Formats


def _shape(data: Any) -> Any:
    """Names and types, without values: {"version": "int", "tenants": [{…}]}."""
    if isinstance(data, dict):
        return {key: _shape(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_shape(data[0])] if data else []
    return type(data).__name__


def _documented(heading: str) -> Any:
    text = (Path(__file__).parents[2] / "docs/json.md").read_text("utf-8")
    block = text.split(f"## {heading}\n", 1)[1].split("```json\n", 1)[1].split("```", 1)[0]
    return json.loads(block)


def _broken(lane: Lane) -> None:
    lane.write("tenants/acme/catalog/products/thing-0.yaml", 'title: "Thing\nprice: 12\n')
    lane.tenant("fine", simple_shop())
    lane.tenant("twice", simple_shop())
    lane.write("tenants/twice/catalog/products/thing-0.yaml", "title: Thing\nprice: 12\nsku: S\n")
    lane.write("tenants/twice/catalog/products/thing-1.yaml", "title: Thing\nprice: 12\nsku: S\n")


@pytest.mark.parametrize("words", [("build",), ("check",)])
def test_json_has_the_documented_shape(street: Lane, words: tuple[str, ...]) -> None:
    _broken(street)

    said = call("-C", street.root, *words, "--as-of", AS_OF, "--format", "json")

    def merged(shape: Any, data: Any) -> None:
        if isinstance(shape, dict):
            assert list(data) == list(shape)
            for key in shape:
                merged(shape[key], data[key])
        elif isinstance(shape, list):
            for item in data:
                merged(shape[0], item)
        else:
            assert type(data) is type(shape) or (isinstance(shape, float) and isinstance(data, int))

    assert said.code == 1
    assert said.err == ""
    merged(_documented(words[0]), said.json)


def test_json_of_explain_has_the_documented_shape(street: Lane) -> None:
    build(street)
    street.write("tenants/acme/catalog/products/thing-0.yaml", "title: Thing\nprice: 99\n")

    said = call("-C", street.root, "explain", "acme", "products/thing-0/", "--as-of", AS_OF, "--format", "json")

    wanted = _documented("explain")
    assert list(said.json) == list(wanted)
    changed = next(row for row in said.json["inputs"] if row["changes"])
    assert _shape(changed) == _shape(wanted["inputs"][0])
    assert _shape(said.json["edits"][0]) == _shape(wanted["edits"][0])


@pytest.mark.parametrize("style", ["json", "sarif"])
def test_machine_formats_stay_readable_when_nothing_could_begin(tmp_path: Path, style: str) -> None:
    said = call("-C", tmp_path, "check", "--format", style)

    assert said.code == 2
    assert said.err == ""
    if style == "json":
        assert list(said.json) == ["version", "errors", "diagnostics"]
        assert said.json["diagnostics"][0]["code"] == "HS101"
    else:
        assert said.json["runs"][0]["results"][0]["ruleId"] == "HS101"


def test_sarif_is_what_code_hosts_take(street: Lane) -> None:
    _broken(street)
    street.write("tenants/acme/pages/mit leer & ü.md", "no front matter")

    said = call("-C", street.root, "check", "--format", "sarif")

    log = said.json
    run_ = log["runs"][0]
    assert said.code == 1
    assert (log["version"], run_["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    assert run_["tool"]["driver"]["name"] == "highstreet"
    rules = [rule["id"] for rule in run_["tool"]["driver"]["rules"]]
    assert rules == sorted(set(rules))
    assert len(run_["results"]) >= 3
    for result in run_["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
        assert not re.search(r"[?.!]\.( |$)", result["message"]["text"])
        place = result["locations"][0]["physicalLocation"]
        assert re.fullmatch(r"[A-Za-z0-9/._~%:@!$&'()*+,;=-]+", place["artifactLocation"]["uri"])
        if "region" in place:
            assert place["region"]["startLine"] >= 1
            assert place["region"]["endColumn"] > place["region"]["startColumn"] >= 1
    assert any("mit%20leer%20%26%20%C3%BC.md" in json.dumps(result) for result in run_["results"])


def test_annotations_cannot_be_forged(street: Lane) -> None:
    name = "x%0A::error::forged,line=1:a"
    street.tenant("acme", {f"catalog/products/{name.replace('/', '')}.yaml".replace(":", ";"): "title: x\nprice: 1\n", "tenant.yaml": 'name: x\n"a\\n::error::forged": 1\n'})

    said = call("-C", street.root, "check", "--format", "github")

    assert said.code == 1
    lines = said.out.splitlines()
    assert len(lines) >= 2
    for line in lines:
        assert re.fullmatch(r"::(error|warning) file=[^,:]+(,line=\d+,col=\d+,endColumn=\d+)?,title=HS\d{3}::.*", line), line
    assert not any(line.startswith("::error::") for line in lines)
    assert "%250A" in said.out


# Colours, terminals and hostile text


def test_no_escape_without_a_terminal(street: Lane) -> None:
    _broken(street)

    said = run("-C", street.root, "build", "--as-of", AS_OF)

    assert said.code == 1
    assert not ESCAPE.search(said.all)
    assert {line.partition(":")[0] for line in said.err.splitlines() if line.endswith((" written", "not built"))} == {"acme", "fine", "twice"}


def _in_terminal(lane: Lane, env: dict[str, str], *words: str) -> str:
    """What a terminal is sent."""
    master, slave = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR", "TERM")}
    process = subprocess.Popen(command("-C", lane.root, *words), stdin=slave, stdout=slave, stderr=slave, env={**clean, "TERM": "xterm", **env})
    os.close(slave)
    said = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        said += part
    os.close(master)
    process.wait(60)
    return said.decode()


def test_terminal_gets_colours_and_a_bar_unless_it_asks_for_none(street: Lane) -> None:
    _broken(street)

    colored = _in_terminal(street, {}, "build", "--as-of", AS_OF)
    plain = _in_terminal(street, {"NO_COLOR": "1"}, "check", "--as-of", AS_OF)
    dumb = _in_terminal(street, {"TERM": "dumb"}, "check", "--as-of", AS_OF)

    assert "\x1b[31mHS" in colored
    assert "of 3 shops" in colored
    assert "\x1b[" not in plain
    assert "\x1b[" not in dumb


def test_hostile_names_and_texts_reach_no_terminal(street: Lane) -> None:
    """Escape sequences, bells, marks of direction, markup of the progress bar, halves of characters."""
    street.tenant("acme", {"tenant.yaml": 'name: "a\\u202eb"\ncolour: "x\\u009b31m"\n'})
    root = os.fsencode(street.root / "tenants")
    for name in (b"\x1b]0;owned\x07", b"[red]", b"\xff\xfe", b"a\nb"):
        os.mkdir(os.path.join(root, name))  # noqa: PTH102, PTH118
        with open(os.path.join(root, name, b"tenant.yaml"), "w") as file:  # noqa: PTH118
            file.write("name: x\n")

    said = [call("-C", street.root, command_, *words) for command_ in ("build", "check") for words in ((), ("--format", "json"))]
    said.append(call("-C", street.root, "check", "--format", "github"))
    terminal = _in_terminal(street, {"NO_COLOR": "1"}, "build")

    assert {one.code for one in said} == {1}, [one.all for one in said if one.code != 1]
    for one in said:
        assert not ESCAPE.search(one.all.replace("\n", "")), ascii(one.all)
        assert "Traceback" not in one.all
    assert "Traceback" not in terminal
    assert "\x1b]0;owned" not in terminal
    assert "\u202e" not in terminal


def test_terminal_that_knows_no_unicode_gets_an_answer(street: Lane) -> None:
    said = run("-C", street.root, "build", "--as-of", AS_OF, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})

    assert said.code == 0
    assert "1 built" in said.out
    assert "Traceback" not in said.err


def test_workspace_is_found_from_within(street: Lane) -> None:
    said = run("check", cwd=street.root / "tenants/acme/pages")

    assert said.code == 0
    assert "1 tenant checked: no problems" in said.out
    assert sys.executable not in said.all


def test_a_dry_import_says_so_and_no_report_is_a_list_of_addresses(lane: Lane, tmp_path: Path) -> None:
    lane.tenant("acme", simple_shop("Acme", 1))
    rows = [f"mug-{number},Mug {number},5.00,https://files.example/{number}.jpg" for number in range(40)]
    (tmp_path / "shop.csv").write_text("Handle,Title,Variant Price,Image Src\n" + "\n".join(rows) + "\n")

    dry = run("-C", lane.root, "import", "shopify", tmp_path / "shop.csv", "--tenant", "fresh", "--dry-run")
    real = run("-C", lane.root, "import", "shopify", tmp_path / "shop.csv", "--tenant", "fresh")

    assert dry.out.endswith("\nthis was a dry run: nothing was written\n") and "next:" not in dry.out
    assert "\n\nnext:\n  highstreet check fresh\n" in real.out and "\n\n\n" not in real.out
    assert dry.out.count("https://files.example/") == 11  # one as the example of its column
    assert "… and 30 more" in dry.out
