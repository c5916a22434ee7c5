"""docs/benchmarks.md out of the results of every size that was measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"
# A Django case API and a Django form product, measured on the same kind of machine.
PEERS = {
    "track": "6.8/s",
    "list": "11.4/s, p95 1,280 ms",
    "deep": "1.2/s",
    "case": "39.8/s",
    "task": "15 to 20/s",
    "submit": "4.1/s, p95 1,347 ms",
    "catalogue": "1,008/s without any query",
}
BARS = {  # per second, p95 in ms, clients
    "track": (1500, 15, 8),
    "list": (250, 40, 8),
    "deep": (250, 40, 8),
    "case": (400, 40, 8),
    "many": (400, 40, 8),
    "task": (300, 60, 8),
    "submit": (20, 400, 4),
    "catalogue": (5000, 0, 8),
    "verify": (1000, 20, 8),
}


def write() -> None:
    found = sorted((json.loads(path.read_text()) for path in RESULTS.glob("*.json")), key=_size)
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + BEGIN + "\n".join(_lines(found)) + "\n" + END + after)


def _size(result: dict[str, Any]) -> int:
    return int(result["size"])


def _lines(found: list[dict[str, Any]]) -> list[str]:
    largest = found[-1]
    return [
        *_machines(found),
        "",
        f"### Against the bars, at {largest['size']:,} cases",
        "",
        "| Workload | peer | bar | measured | p95 | against the bar | growth from the smallest |",
        "|---|---|---|---|---|---|---|",
        *(_against(name, largest, found[0]) for name in BARS if name in largest["workloads"]),
        "",
        *_others(largest),
        "",
        "### All figures",
        "",
        "Requests (of the submission: applications) a second, p50 / p95 / p99 in milliseconds.",
        "",
        "| Workload | cases | clients | a second | p50 | p95 | p99 | queries | bytes | errors |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(line for result in found for line in _all(result)),
    ]


def _machines(found: list[dict[str, Any]]) -> list[str]:
    titles = [
        *("cases", "database", "seeded in", "whole run", "load before"),
        *("bare page, 8 clients", "durable commits, 1 / 8 clients"),
    ]
    lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for one in found:
        bare = next(row for row in one["bare"] if row["clients"] == 8)["per_second"]
        commits = " / ".join(f"{one['commits'][key]:,}/s" for key in ("1", "8"))
        lines.append(
            f"| {one['cases']:,} | {one['database']} | {one['seeded_s']} s | {one['took_s']} s "
            f"| {one['load_before']:.1f} | {bare:,.0f}/s | {commits} |"
        )
    return lines


def _row(result: dict[str, Any], name: str, clients: int) -> dict[str, Any]:
    rows = result["workloads"].get(name, {}).get("rows", [])
    return next((row for row in rows if row["clients"] == clients), {})


def _against(name: str, largest: dict[str, Any], smallest: dict[str, Any]) -> str:
    rate, p95, clients = BARS[name]
    row, small = _row(largest, name, clients), _row(smallest, name, clients)
    meets = row["per_second"] >= rate and (not p95 or row["p95_ms"] <= p95)
    share = row["per_second"] / rate
    verdict = "met" if meets else f"missed: {share:.0%} of the rate"
    if p95 and row["p95_ms"] > p95:
        verdict += f", p95 {row['p95_ms'] / p95:.1f} times"
    growth = f"{row['p50_ms'] / small['p50_ms']:.2f}" if small and small is not row else "–"
    bar = f"{rate:,}/s" + (f", p95 {p95} ms" if p95 else "")
    return (
        f"| {largest['workloads'][name]['title']}, {clients} clients | {PEERS.get(name, 'none')} "
        f"| {bar} | {row['per_second']:,}/s | {row['p95_ms']} ms | {verdict} | {growth} |"
    )


def _others(result: dict[str, Any]) -> list[str]:
    lines = []
    if told := result.get("rivals"):
        lines.append(
            f"- {told['rivals']} rivals for one task: {told['winners']} won, "
            f"{told['open_after']} step open afterwards."
        )
    if told := result.get("journal"):
        lines.append(
            f"- Journal of {told['rows']:,} rows: verified in {told['verify_s']} s (bar 4 s), "
            f"{told['problems']} problems; inclusion proof p95 {told['proof_p95_ms']} ms (bar "
            f"5 ms); writing it, with the jobs that it queues, is {told['share_of_an_act']:.0%} "
            "of an act (bar 15 %)."
        )
    if told := result.get("live"):
        lines.append(
            f"- {told['listeners']} listeners, 10 events a second: commit to client p50 "
            f"{told['p50_ms']}, p95 {told['p95_ms']}, p99 {told['p99_ms']} ms (bar p95 50 ms) over "
            f"{told['deliveries']} deliveries; {told['missed']} listeners missed something."
        )
    if told := result.get("morning"):
        come = told["sign_in"]
        lines.append(
            f"- 08:00: {come['visits']} of 150 officers who came within 10 s were signed in after "
            f"{150 / max(come['per_second'], 0.01):.0f} s (password and second factor; p95 "
            f"{come['p95_ms']} ms, {come['errors']} errors)."
        )
        lines += [
            f"- {row['people']:,} people at once who read, think 5 to 15 s and read on, a fifth on "
            f"slow lines: {row['per_second']}/s, p50 {row['p50_ms']}, p95 {row['p95_ms']} ms "
            f"(bar 60 ms), {row['errors']} errors."
            for row in told["people"]
        ]
    return lines


def _all(result: dict[str, Any]) -> list[str]:
    return [
        f"| {told['title']} | {result['size']:,} | {row['clients']} | {row['per_second']:,} "
        f"| {row['p50_ms']} | {row['p95_ms']} | {row['p99_ms']} | {told['queries'] or '–'} "
        f"| {row['bytes']:,} | {row['errors']} |"
        for told in result["workloads"].values()
        for row in told["rows"]
    ]


if __name__ == "__main__":
    write()
