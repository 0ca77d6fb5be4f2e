"""Tables and plots of results: shares with intervals, times, pairs of contestants, failures."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

from symmath.evaluate.intervals import wilson
from symmath.evaluate.perturb import UNCHANGED
from symmath.evaluate.suites import UNREADABLE, SuiteError

Record = Mapping[str, Any]
OUTCOMES = (
    "proved",
    "numeric",
    "implicit",
    "particular",
    "wrong",
    "undecided",
    "nonelementary",
    "unsolved",
    "timeout",
    "error",
)
_ASKED = ("suite", "engine", "limit", "version", "id")
"""What tells an answer from others."""
_MODES = ("neural", "fit", "ansatz", "auto")
_EXAMPLES = 2
_LONGEST = 90
_READING = (
    "Solved: an explicit answer in elementary functions, accepted by symmath's verifier (or, where that "
    "can't decide, by the second checker at every point). Implicit answers are counted apart; those of "
    "symmath are verified, those of other systems are not looked into. Intervals are Wilson's, 95%. Times "
    "are wall times of all problems, unsolved ones included; processes were started before the clock."
)


def read_results(paths: Iterable[Path]) -> list[Record]:
    """Read result files.

    Lines of suites that were no problems are left out. Of a problem asked twice, the last answer counts;
    of problems of one text in a suite, the first counts, and has one id for all engines, because
    generated suites may repeat themselves. Where an engine was asked a suite with several limits or
    versions, those are separate contestants, and their names say which they are.

    Raises
    ------
    SuiteError
        If a line is no result; it names file and line.
    """
    latest: dict[tuple[Any, ...], Record] = {}
    ids: dict[tuple[str, str, str], str] = {}
    for path in paths:
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            try:
                record = json.loads(line)
                if record["outcome"] == UNREADABLE:
                    continue
                latest[tuple(record[key] for key in _ASKED)] = record
                text = record["suite"], record["group"], record["input"]
                ids[text] = min(record["id"], ids.get(text, record["id"]))
            except (ValueError, KeyError, TypeError) as error:
                raise SuiteError(f"{path}, line {number} is no result: {error!r}") from error
    once: dict[tuple[str, str, str], Record] = {}
    for record in sorted(_told_apart(latest.values()), key=lambda r: r["id"]):
        shared = ids[record["suite"], record["group"], record["input"]]
        once.setdefault((record["suite"], record["engine"], shared), {**record, "id": shared})
    return list(once.values())


def _told_apart(records: Iterable[Record]) -> Iterator[Record]:
    """Add limit and version to the names of contestants that a suite has results of several of."""
    for part in _grouped(records, "suite", "engine").values():
        several = {key for key in ("limit", "version") if len({r[key] for r in part}) > 1}
        for r in part:
            more = [f"{r['limit']:g} s"] if "limit" in several else []
            more += [r["version"]] if "version" in several else []
            yield {**r, "engine": f"{r['engine']} ({', '.join(more)})"} if more else r


def _grouped(records: Iterable[Record], *keys: str) -> dict[tuple[str, ...], list[Record]]:
    groups: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record in records:
        groups[tuple(record[key] for key in keys)].append(record)
    return groups


def _share(records: Sequence[Record]) -> str:
    solved = sum(r["solved"] for r in records)
    low, high = wilson(solved, len(records))
    return f"{solved / len(records):.1%} ({low:.0%} to {high:.0%})"


def _counted(records: Sequence[Record]) -> str:
    return f"{sum(r['solved'] for r in records)} of {len(records)}: {_share(records)}"


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield _row(head)
    yield "|" + "---|" * len(head)
    yield from map(_row, rows)
    yield ""


def _shown(text: str) -> str:
    text = text.replace("|", "\\|")
    return f"`{text if len(text) <= _LONGEST else text[:_LONGEST] + '...'}`"


def _shares(records: Sequence[Record]) -> Iterator[str]:
    """Yield one row for every suite, the contestants side by side, in per cent."""
    groups = _grouped(records, "suite", "engine")
    engines = sorted({r["engine"] for r in records}, key=_own_first)
    rows = []
    for suite in sorted({r["suite"] for r in records}):
        parts = [groups.get((suite, engine), []) for engine in engines]
        sizes = sorted({len(part) for part in parts if part})
        rows.append(
            (
                suite,
                " to ".join(map(str, dict.fromkeys((sizes[0], sizes[-1])))),
                *(f"{100 * mean(r['solved'] for r in part):.0f}" if part else "" for part in parts),
            )
        )
    yield from _table(("solved, %", "n", *engines), rows)


def _own_first(engine: str) -> tuple[int, str]:
    """Sort the project's modes before other systems, from the network alone to all together."""
    mode = engine.partition(" ")[0].partition("-")[0]
    return (_MODES.index(mode) if mode in _MODES else len(_MODES)), engine


def _overview(records: Sequence[Record]) -> Iterator[str]:
    """Yield one row for every suite and contestant."""
    rows = []
    for (suite, engine), part in sorted(_grouped(records, "suite", "engine").items()):
        times = sorted(r["seconds"] for r in part)
        rows.append(
            (
                suite,
                engine,
                len(part),
                _share(part),
                f"{median(times):.3f}",
                f"{quantiles(times, n=10, method='inclusive')[-1] if len(times) > 1 else times[0]:.3f}",
                sum(r["outcome"] == "wrong" for r in part),
                sum(bool(r["disagreement"]) for r in part),
            )
        )
    head = ("suite", "engine", "n", "solved (95%)", "median s", "p90 s", "wrong", "checkers disagree")
    yield from _table(head, rows)


def _outcomes(records: Sequence[Record]) -> Iterator[str]:
    """Yield what became of the problems of a suite, one row for every contestant."""
    rows = []
    for (engine,), part in sorted(_grouped(records, "engine").items()):
        counts = Counter(r["outcome"] for r in part)
        by_second = sum(r["solved"] and r["verdict"] == "undecided" for r in part)
        rows.append((engine, *(counts[outcome] for outcome in OUTCOMES), by_second))
    yield from _table(("engine", *OUTCOMES, "solved by the second checker's word"), rows)


def _by(records: Sequence[Record], key: str, suite: str) -> Iterator[str]:
    """Yield solved counts of a suite by kind or group."""
    part = [r for r in records if r["suite"] == suite]
    engines = sorted({r["engine"] for r in part})
    groups = _grouped(part, key, "engine")
    rows = []
    for value in sorted({r[key] for r in part}):
        cells = [groups.get((value, engine), []) for engine in engines]
        rows.append((value, *(f"{sum(r['solved'] for r in c)}/{len(c)}" if c else "" for c in cells)))
    yield from _table((key, *engines), rows)


def _kept(records: Sequence[Record]) -> Iterator[str]:
    """Yield how many variations of what a contestant solves unchanged it solves as well, by group."""
    solved = {(r["engine"], r["base"]) for r in records if r["group"] == UNCHANGED and r["solved"]}
    varied = [r for r in records if r["group"] != UNCHANGED and (r["engine"], r["base"]) in solved]
    if not varied:
        return
    yield "Of the variations of problems that a contestant solves unchanged, it solves:"
    yield ""
    groups, engines = _grouped(varied, "group", "engine"), sorted({r["engine"] for r in varied})
    rows = [
        (group, *(_counted(part) if (part := groups.get((group, engine))) else "" for engine in engines))
        for group in sorted({r["group"] for r in varied})
    ]
    yield from _table(("group", *engines), rows)


def _pairwise(records: Sequence[Record], suite: str) -> Iterator[str]:
    """Yield how many problems each contestant solves that each other one was asked and does not."""
    solved: dict[str, dict[str, str]] = defaultdict(dict)
    unsolved: dict[str, set[str]] = defaultdict(set)
    for r in records:
        if r["suite"] == suite and r["solved"]:
            solved[r["engine"]][r["id"]] = r["input"]
        elif r["suite"] == suite:
            unsolved[r["engine"]].add(r["id"])
    engines = sorted(solved.keys() | unsolved.keys())
    only = {(a, b): sorted(solved[a].keys() & unsolved[b]) for a, b in permutations(engines, 2)}
    yield "Solved by the row, not by the column:"
    yield ""
    rows = [(a, *("" if a == b else len(only[a, b]) for b in engines)) for a in engines]
    yield from _table(("", *engines), rows)
    for (a, b), ids in only.items():
        if ids:
            yield f"- {a}, not {b}: " + ", ".join(_shown(solved[a][i]) for i in ids[:_EXAMPLES])
    yield ""


def _listed(title: str, records: Sequence[Record]) -> Iterator[str]:
    """Yield records one by one."""
    yield f"## {title}"
    yield ""
    if not records:
        yield "None."
    for r in records:
        # In full: a list that is cut hides what it is there to show.
        verifier = f"verifier: {r['verdict']}" + (f" ({r['domain']})" if r["domain"] else "")
        second = f"second checker: {r['second']} ({r['second_points']})"
        yield (
            f"- {r['suite']}, {r['engine']}, {r['id']}: `{r['input']}` gave `{r['answer']}`; "
            f"{verifier}; {second}"
        )
    yield ""


def report(records: Sequence[Record], title: str) -> str:
    """Write a report.

    Parameters
    ----------
    records : sequence of dict
        As `symmath.evaluate.run.evaluate` makes them.
    title : str

    Returns
    -------
    str
        Markdown.
    """
    solvable = [r for r in records if r["solvable"]]
    unsolvable = [r for r in records if not r["solvable"]]
    lines = [f"# {title}", ""]
    for machine, limit, commit in sorted({(r["machine"], r["limit"], r["commit"]) for r in records}):
        known, dash, dirty = commit.partition("-")
        lines.append(f"Machine: {machine}. Limit: {limit:g} s a problem. Commit: {known[:12]}{dash}{dirty}.")
    versions = sorted({(r["engine"], r["version"]) for r in records})
    lines += ["Versions: " + ", ".join(f"{engine} {version}" for engine, version in versions) + ".", ""]
    lines += [_READING, "", *((*_shares(solvable), *_overview(solvable)) if solvable else ())]
    for suite in sorted({r["suite"] for r in solvable}):
        part = [r for r in solvable if r["suite"] == suite]
        lines += [f"## {suite}", "", f"![solved against time]({suite}.png)", ""]
        lines += [*_outcomes(part), *_by(part, "kind", suite)]
        if any(r["group"] for r in part):
            lines += [*_by(part, "group", suite), *_kept(part)]
        if len({r["engine"] for r in part}) > 1:
            lines += _pairwise(part, suite)
    if unsolvable:
        lines += ["## Problems without an elementary answer", "", *_overview(unsolvable)]
    lines += _listed("Wrong answers", [r for r in records if r["outcome"] == "wrong"])
    lines += _listed("Where the two checkers disagree", [r for r in records if r["disagreement"]])
    return "\n".join(lines)


def draw(records: Sequence[Record], suite: str, path: Path) -> None:
    """Draw how many solvable problems of a suite each contestant solved within a time each, as a PNG.

    Raises
    ------
    ImportError
        Without matplotlib (extra "plots").
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    chosen = [r for r in records if r["suite"] == suite and r["solvable"]]
    for (engine,), part in sorted(_grouped(chosen, "engine").items()):
        times = sorted(max(r["seconds"], 1e-4) for r in part if r["solved"])
        shares = [100 * (k + 1) / len(part) for k in range(len(times))]
        # On to the time limit, so that a contestant that stopped early can be told from one cut off.
        end = max([*times, *(r["limit"] for r in part)])
        axes.step([*times, end], [*shares, shares[-1] if shares else 0], where="post", label=engine)
    axes.set(xscale="log", xlabel="seconds a problem", ylabel="solved, %", ylim=(0, 100), title=suite)
    axes.legend(fontsize="small")
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
