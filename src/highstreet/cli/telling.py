"""Telling: results of publishing in words and as plain data."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from highstreet.base.printable import printable
from highstreet.cli import console
from highstreet.publish.log import Known
from highstreet.publish.manifests import is_preview
from highstreet.publish.order import spoken
from highstreet.publish.release import Commit, Pointer
from highstreet.publishing import Result, Run

_SHOWN = 12  # changes of one tenant in a plan
_ADDRESSES = 5
_ACTIONS = {"create": "new", "update": "changed", "headers": "headers", "delete": "delete"}


class Spool:
    """Texts by handle, kept in a file and given in the order of handles."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the spool
        self._places: list[tuple[str, int, int]] = []
        self._end = 0

    def add(self, handle: str, text: str) -> None:
        data = text.encode("utf-8", "surrogatepass")
        if len(data) > 1:
            self._places.append((handle, self._end, len(data)))
            self._end += self._file.write(data)

    def __del__(self) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[str]:
        for _, start, size in sorted(self._places):
            self._file.seek(start)
            yield self._file.read(size).decode("utf-8", "surrogatepass")


def line(result: Result) -> str:
    """One line on one tenant, and one on what visitors no longer find; "" where there is nothing to say."""
    name = printable(result.handle)
    counts = result.counts
    match result.kind:
        case "published":
            preview = is_preview(result.release)
            done = _counted(
                created=counts.created,
                updated=counts.updated,
                **{"with other headers": counts.headers},
                deleted=counts.deleted,
            )
            state = f"preview release {result.release} is online" if preview else f"release {result.release} is live"
            state += f" at {printable(result.url)}" if result.url else ""
            same = "shows what is live" if preview else "no file differs"
            words = f"{state} · {done or same} · {size(counts.bytes)} sent"
            if result.dead_ends and not preview:
                words += f"\n  {_dead_ends(result)}"
        case "unchanged":
            words = result.reason
        case "suspended":
            words = "suspended, visitors get status 503"
        case "draft":
            words = "a draft, left out"
        case "superseded":
            words = f"superseded: {printable(result.reason)}"
        case "rolled back":
            words = f"release {result.release} is live again · {result.previous} was"
        case "withdrawn":
            words = f"off the net · `highstreet publish {name}` brings it back, from its folder in tenants/"
        case "purged":
            words = f"deleted: {counts.deleted:,} objects, {size(counts.bytes)}"
        case "collected":
            words = _collected(result)
        case "departed":
            words = "its folder is gone, but it is still online"
        case "planned":
            words = printable(result.reason)
        case "failed":
            words = f"{_errors(result)}, what was online stays"
    return f"{name}: {words}" if words else ""


def _dead_ends(result: Result) -> str:
    shown = ", ".join(map(printable, result.dead_ends[:_ADDRESSES])) + (
        ", …" if len(result.dead_ends) > _ADDRESSES else ""
    )
    one = len(result.dead_ends) == 1
    count = "1 address leads" if one else f"{len(result.dead_ends):,} addresses lead"
    return f"{count} nowhere now: {shown} (redirects.yaml takes visitors on)"


def _errors(result: Result) -> str:
    errors = sum(1 for found in result.diagnostics if found.severity == "error")
    return f"{errors} problem{'s' if errors != 1 else ''}"


def _collected(result: Result) -> str:
    done = result.collected
    if done is None or done.reason:
        return printable(done.reason) if done else ""
    if not (done.objects or done.releases or done.previews or done.records):
        return ""
    left = f" · {done.left:,} left for the next run" if done.left else ""
    return f"{done.objects:,} objects deleted, {size(done.bytes)} · {_kept(done.kept)}{left}"


def _kept(releases: int) -> str:
    return f"{releases:,} release{'s' if releases != 1 else ''} kept"


def plan(result: Result) -> str:
    """What publishing one tenant would do, in lines."""
    name = printable(result.handle)
    if result.collected is not None:
        return _to_collect(result)
    changes = result.changes
    if changes is None:
        return f"{name}: would be deleted: {result.counts.deleted:,} objects, {size(result.counts.bytes)}" if (
            result.counts.deleted
        ) else f"{name}: {printable(result.reason)}"  # fmt: skip
    if not changes.changes:
        words = printable(changes.refusal) or "nothing to do, the store holds this site already"
        return f"{name}: {words}"
    number = {action: changes.count(action) for action in _ACTIONS}  # type: ignore[arg-type]
    counted = _counted(
        **{
            "to create": number["create"],
            "to update": number["update"],
            "with other headers": number["headers"],
            "to delete": number["delete"],
        },
    )
    first = "" if changes.base else " (first release)"
    lines = [f"{name}: {counted} · at most {size(changes.bytes)} to send{first}"]
    # Pages first: they are what people know by name.
    for change in sorted(changes.changes, key=lambda change: change.path.startswith("assets/"))[:_SHOWN]:
        amount = size(change.bytes) if change.action in ("create", "update") else ""
        word = _ACTIONS[change.action].ljust(8)
        lines.append(f"  {word} {printable(change.path).ljust(44)} {amount.rjust(9)}  {printable(change.why)}")
    if len(changes.changes) > _SHOWN:
        lines.append(f"  … and {len(changes.changes) - _SHOWN:,} more (--format json lists all)")
    if result.dead_ends:
        lines.append(f"  {_dead_ends(result)}")
    if changes.refusal:
        lines.append(f"  this would be refused: {printable(changes.refusal)}")
    return "\n".join(lines)


def _to_collect(result: Result) -> str:
    done = result.collected
    assert done is not None
    name = printable(result.handle)
    if done.reason:
        return f"{name}: {printable(done.reason)}"
    if not (done.objects or done.releases or done.previews or done.records):
        return ""
    going = f"{done.releases:,} releases, {done.previews:,} previews and {done.objects:,} objects"
    lines = [f"{name}: {going} would go, {size(done.bytes)} · {_kept(done.kept)}"]
    lines += [f"  delete   {printable(key)}" for key in done.keys[:_SHOWN]]
    if len(done.keys) > _SHOWN:
        lines.append(f"  … and {len(done.keys) - _SHOWN:,} more (--format json lists all)")
    return "\n".join(lines)


def published(
    kinds: Mapping[str, Sequence[str]], totals: Mapping[str, int], replaced: str, seconds: float, run: Run
) -> str:
    """The last lines of `publish`. `replaced` is a shop that has an earlier release to go back to, or ""."""
    words = {
        "published": "in preview" if run.stamp.preview else "published",
        "planned": "looked at",
        "unchanged": "unchanged",
        "suspended": "suspended",
        "draft": "left out as drafts",
    }
    parts = [f"{len(kinds[kind])} {word}" for kind, word in words.items() if kind in kinds]
    words = {"superseded": "superseded", "departed": "still online without a folder", "failed": "with problems"}
    for kind, word in words.items():
        if kind in kinds:
            parts.append(f"{len(kinds[kind])} {word} ({_names(kinds[kind])})")
    sent = f" · {totals.get('uploaded', 0):,} objects, {size(totals.get('bytes', 0))} sent" if not run.dry_run else ""
    lines = [f"{', '.join(parts) or 'no shops'}{sent} · {seconds:.1f} s · {printable(run.store.name)}"]
    if run.dry_run:
        lines.append("this was a dry run: nothing was changed")
    elif "published" in kinds and run.stamp.preview is not None:
        until = run.stamp.preview.expires
        host = f"{run.stamp.preview.label(kinds['published'][0])}.{run.street.platform.base_domain}"
        lines.append(f"look at https://{printable(host)} until {until:%Y-%m-%d %H:%M} UTC")
    elif replaced and run.options.layout == "releases":
        own = run.street.platform.publish
        to = "" if run.options.to == own.to else f" --to {shlex.quote(printable(run.options.to))}"
        if run.options.endpoint_url != own.endpoint_url:
            to += f" --endpoint-url {shlex.quote(printable(run.options.endpoint_url))}"
        lines.append(f"take one back with: highstreet rollback {printable(replaced)}{to}")
    if "superseded" in kinds:
        lines.append("superseded shops show what somebody else has published; --allow-older publishes over it")
    if "failed" in kinds:
        lines.append("shops with problems show what they showed before; all others are done")
    return "\n".join(lines)


def collected(kinds: Mapping[str, Sequence[str]], totals: Mapping[str, int], seconds: float, run: Run) -> str:
    """The last line of `gc`."""
    shops = sum(map(len, kinds.values()))
    words = "would be deleted" if run.dry_run else "deleted"
    failed = f" · {len(kinds['failed'])} with problems ({_names(kinds['failed'])})" if "failed" in kinds else ""
    return (
        f"{shops} shop{'s' if shops != 1 else ''}: {totals.get('removed', 0):,} objects {words}, "
        f"{size(totals.get('freed', 0))}{failed} · {seconds:.1f} s"
    )


def releases(handle: str, pointer: Pointer, known: Sequence[Known]) -> str:
    """A table of releases, newest first."""
    state = {"live": "live", "suspended": "suspended, visitors get status 503", "gone": "off the net"}
    lines = [f"{printable(handle)}: {state.get(pointer.status, printable(pointer.status))}"]
    for found in known:
        mark = "*" if found.live else " "
        record = found.record
        told = (
            f"{printable(spoken(record.at))}  {_commit(record.commit)}  {record.created + record.updated:>6,} changed  "
            f"{printable(record.who)}"
            if record
            else "(published, but not written into the log)"
        )
        note = f"  {printable(record.replaced)}" if record and record.replaced else ""
        lines.append(f"{mark} {found.id}  {told.rstrip()}{note}")
    older = next((found.id for found in known if not found.live), "")
    if pointer.status == "gone":
        lines.append(f"bring the shop back with: highstreet publish {printable(handle)}")
    elif older:
        lines.append(f"put one back with: highstreet rollback {printable(handle)} RELEASE")
    return "\n".join(lines)


def _commit(commit: Commit) -> str:
    if not commit.id:
        return "without git".ljust(12)
    return (printable(commit.id[:10]) + ("+" if commit.dirty else "")).ljust(12)


def numbers(result: Result) -> dict[str, int]:
    """What may be added up over tenants."""
    found = {"uploaded": result.counts.uploaded, "bytes": result.counts.bytes}
    if result.collected is not None:
        done = result.collected
        found |= {"removed": done.objects + done.releases + done.previews + done.records, "freed": done.bytes}
    return found


def as_json(result: Result) -> dict[str, Any]:
    row: dict[str, Any] = {
        "handle": result.handle,
        "outcome": result.kind,
        "release": result.release,
        "previous": result.previous,
        "reason": result.reason,
        "seconds": round(result.seconds, 3),
        **result.counts._asdict(),
        "attempts": result.attempts,
        "dead_ends": list(result.dead_ends),
        "url": result.url,
        "diagnostics": [console.as_json(found, result.handle) for found in result.diagnostics],
    }
    if result.changes is not None:
        row["base"] = result.changes.base
        row["refusal"] = result.changes.refusal
        row["changes"] = [change._asdict() for change in result.changes.changes]
    if result.collected is not None:
        done = result.collected
        row["collected"] = {
            name: getattr(done, name)
            for name in ("releases", "previews", "objects", "records", "bytes", "kept", "left")
        }
        if result.kind == "planned":
            row["keys"] = list(done.keys)
    return row


def size(number: int) -> str:
    """Bytes as people say them: 812 B, 4.2 kB, 12 MB."""
    amount = float(number)
    for unit in ("B", "kB", "MB"):
        if amount < 999.5:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 99.5 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:,.1f} GB"


def _counted(**numbers: int) -> str:
    return ", ".join(f"{number:,} {word}" for word, number in numbers.items() if number)


def _names(handles: Sequence[str]) -> str:
    return ", ".join(printable(handle) for handle in sorted(handles)[:5]) + (", …" if len(handles) > 5 else "")
