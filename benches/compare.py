#!/usr/bin/env python3
"""Runs `compare` beside the scripts of other simulators, in turns, and prints a markdown table of the ratios.

    PEERS=folder PYTHON=venv/bin/python python3 benches/compare.py [--rows coba/4000,cuba] [--rounds 3] [--lines lines.jsonl]

PEERS (or --peers) is the folder with the peers' scripts, `<peer>_<workload>.py`, each of which prints one JSON line; PYTHON
(or --python) is the interpreter that has the peers installed. Without PEERS only our own columns are filled. The fastest of all
rounds counts, ours and theirs alike; the firing rates stand beside the timings.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Row:
    """A line of the table. `goal` is a ratio to the peer, or what our own figures must not exceed."""

    workload: str
    neurons: int
    peer: str = ""  # the script's name before the workload; "synfire" is ourselves with one thread
    goal: str = ""
    options: list = field(default_factory=list)  # for our program
    note: str = ""
    duration: int = 1000

    @property
    def key(self):
        return f"{self.workload}/{self.neurons}/{self.peer}"


# Each row uses the integrator of the peer it is measured beside: Brian2 and BrainPy exponential, GeNN and ANNarchy forward Euler.
EULER = ["--integrator", "euler"]
EXPONENTIAL = ["--integrator", "exponential_euler"]
TWO = ["--threads", "2"]
ROWS = [
    Row("coba", 4000, "brian2", "18 x", EXPONENTIAL),
    Row("coba", 40000, "brian2", "18 x", EXPONENTIAL),
    Row("coba", 4000, "genn", "6 x", EULER),
    Row("coba", 40000, "genn", "6 x", EULER),
    Row("coba", 4000, "annarchy", "", EULER),
    Row("coba", 400000, "", "5 s", EULER),
    Row("coba", 4000000, "", "90 s", EULER, duration=200),
    Row("coba", 4000000, "", "45 s", EULER + ["--delay-steps", "8"], "delays of 8 steps", 200),
    Row("cuba", 4000, "brian2", "6 x"),
    Row("cuba", 40000, "brian2", "6 x"),
    Row("cuba", 400000),
    Row("cobahh", 4000, "brainpy", "6 x"),
    Row("cobahh", 40000, "brainpy", "3.5 x"),
    Row("brunel", 12500, "annarchy", "3 x, 2 ns per event"),
    Row("coba", 4000, "synfire", "1 x", EULER + TWO, "two threads"),
    Row("coba", 40000, "synfire", "1.6 x", EULER + TWO, "two threads"),
    Row("coba", 400000, "synfire", "1.6 x", EULER + TWO, "two threads"),
]


def json_line(command, **more):
    """The last JSON line that `command` prints, or None if it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        tail = done.stderr.strip().splitlines()[-1:] or ["no JSON line"]
        print(f"{' '.join(map(str, command[:3]))}: {tail[0]}", file=sys.stderr)
        return None
    return json.loads(lines[-1])


def ours(row, arguments, options):
    program = arguments.program
    return json_line([program, row.workload, str(row.neurons), "--duration", str(row.duration), *options])


def theirs(row, arguments):
    if row.peer == "synfire":
        threads = row.options.index("--threads")
        return ours(row, arguments, row.options[:threads] + row.options[threads + 2 :])
    script = arguments.peers and Path(arguments.peers).resolve() / f"{row.peer}_{row.workload}.py"
    if not script or not script.exists():
        return None
    command = [arguments.python, str(script), "--N", str(row.neurons), "--duration", str(row.duration)]
    return json_line(command, cwd=script.parent)


def fastest(lines):
    return min((line for line in lines if line), key=lambda line: line["rtf"], default=None)


def measure(row, arguments):
    """The fastest line of ours and of the peer's; the two take turns."""
    mine, peers = [], []
    for _ in range(arguments.rounds):
        mine.append(ours(row, arguments, row.options))
        if row.peer and None not in peers:
            peers.append(theirs(row, arguments))
    if arguments.lines:
        with open(arguments.lines, "a") as file:
            file.writelines(json.dumps(line) + "\n" for line in mine + peers if line)
    return fastest(mine), fastest(peers)


HEAD = ("workload", "N", "peer", "peer, s per s", "ours, s per s", "ratio", "goal", "our rate, Hz", "peer's rate, Hz",
        "our CV", "ns per neuron and step", "ns per event", "peak MB", "others' cores")


def cells(row, mine, peer):
    name = f"{row.workload}, {row.note}" if row.note else row.workload
    label = f"{peer['peer']} {peer['version']}" if peer else (f"{row.peer} (not run)" if row.peer else "")
    if row.peer == "synfire":
        label = "one thread"
    figure = lambda line, key, digits: "" if not line or line[key] is None else f"{line[key]:.{digits}f}"
    ratio = f"{peer['rtf'] / mine['rtf']:.1f}" if peer and mine else ""
    others = f"{max(line['others_cores'] for line in (mine, peer) if line):.1f}" if mine else ""
    return [name, f"{row.neurons:,}", label, figure(peer, "rtf", 3), figure(mine, "rtf", 4), ratio, row.goal,
            figure(mine, "rate_Hz", 1), figure(peer, "rate_Hz", 1), figure(mine, "cv", 2),
            figure(mine, "ns_per_neuron_step", 2), figure(mine, "ns_per_event", 2), figure(mine, "rss_MB", 0), others]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", default=os.environ.get("PEERS"), help="folder of the peers' scripts")
    parser.add_argument("--python", default=os.environ.get("PYTHON", sys.executable), help="interpreter that has the peers")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each row")
    parser.add_argument("--rows", default="", help="comma-separated beginnings of workload/N/peer; all rows where not given")
    parser.add_argument("--lines", help="file to which every JSON line is appended")
    arguments = parser.parse_args()
    build = ["cargo", "build", "--release", "--quiet", "-p", "benches", "--bin", "compare"]
    subprocess.run(build, cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    arguments.program = str(ROOT / target / "release" / "compare")
    wanted = tuple(part for part in arguments.rows.split(",") if part)
    print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD), flush=True)
    for row in ROWS:
        if not wanted or row.key.startswith(wanted):
            print("| " + " | ".join(cells(row, *measure(row, arguments))) + " |", flush=True)


main()
