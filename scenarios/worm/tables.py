"""Makes the tables of worm.toml from the published wiring; Python 3, nothing else.

    python3 tables.py NeuronConnectFormatted.xlsx

The workbook is NeuronConnect of Varshney et al. (2011), PLoS Comput. Biol. 7(2), e1001066,
https://doi.org/10.1371/journal.pcbi.1001066, as WormAtlas and OpenWorm's c302 (folder c302/data) distribute it: columns
Neuron 1, Neuron 2, Type (S, Sp: sends; R, Rp: the same from the other side; EJ: electrical, listed from both sides; NMJ), Nbr.

It writes, beside itself:
    neurons.csv       neuron, name, inhibitory (GABA: DD, VD, RME, AVL, DVB, RIS; 26 of them, as in Kunert et al. 2014)
    excitatory.csv    pre, post, count of contacts; without the contacts of a neuron with itself
    inhibitory.csv    the same
    electrical.csv    the same, each pair once
    rest.csv, touch.csv    neuron, v_half in mV: Kunert et al. (2014) put half-release where the network is in balance while
                           every synapse is at half of its rise, without input and with 2 nA into PLML and PLMR
"""

import csv
import re
import sys
import zipfile
from collections import defaultdict
from html import unescape
from pathlib import Path

CONTACT = 0.1  # nS
G_L, E_L = 0.01, -35.0  # nS, mV
E_REV = {False: 0.0, True: -48.0}  # mV
A_R, A_D = 1.0, 5.0  # 1/s
TOUCH = 2000.0  # pA
GABA = re.compile(r"DD\d+|VD\d+|RME[DVLR]|AVL|DVB|RIS")


def rows(path):
    """The rows of the first sheet, as text."""
    book = zipfile.ZipFile(path)
    strings = book.read("xl/sharedStrings.xml").decode()
    strings = ["".join(re.findall(r"<t[^>]*>([^<]*)</t>", one)) for one in re.findall(r"<si>(.*?)</si>", strings, re.S)]
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    for row in re.findall(r"<row [^>]*>(.*?)</row>", sheet, re.S)[1:]:
        cells = re.findall(r'<c r="[A-D]\d+"([^>]*)>(?:<f>.*?</f>)?<v>(.*?)</v>', row)
        cells = [unescape(strings[int(v)]) if 't="s"' in kind else v for kind, v in cells]
        if len(cells) == 4:
            yield cells


def by_name(name):
    """VB2 before VB10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def solve(a, b):
    """x with a x = b, by elimination; a is diagonally dominant."""
    n = len(b)
    for k in range(n):
        pivot = a[k]
        for i in range(k + 1, n):
            if a[i][k]:
                factor = a[i][k] / pivot[k]
                a[i] = [x - factor * y if y else x for x, y in zip(a[i], pivot)]
                b[i] -= factor * b[k]
    for k in reversed(range(n)):
        b[k] = (b[k] - sum(a[k][j] * b[j] for j in range(k + 1, n))) / a[k][k]
    return b


def main(path):
    chemical, electrical = defaultdict(float), {}
    for pre, post, kind, count in rows(path):
        if kind in ("S", "Sp"):
            chemical[pre, post] += float(count)
        elif kind == "EJ":
            electrical[pre, post] = float(count)
    names = sorted({name for pair in [*chemical, *electrical] for name in pair}, key=by_name)
    index = {name: k for k, name in enumerate(names)}
    gaba = {name for name in names if GABA.fullmatch(name)}
    chemical = {(index[a], index[b], a in gaba): int(n) for (a, b), n in chemical.items() if a != b}
    electrical = {(index[a], index[b]): int(n) for (a, b), n in electrical.items() if a != b}
    assert all(electrical[b, a] == n for (a, b), n in electrical.items())

    here = Path(__file__).parent

    def write(file, header, lines):
        with open(here / file, "w", newline="") as out:
            table = csv.writer(out, lineterminator="\n")
            table.writerow(header)
            table.writerows(lines)

    edges = ["pre", "post", "count"]
    write("neurons.csv", ["neuron", "name", "inhibitory"], [(k, n, int(n in gaba)) for k, n in enumerate(names)])
    for file, kind in [("excitatory.csv", False), ("inhibitory.csv", True)]:
        write(file, edges, sorted((a, b, n) for (a, b, i), n in chemical.items() if i == kind))
    write("electrical.csv", edges, sorted((a, b, n) for (a, b), n in electrical.items() if a < b))

    release = 0.5 * A_R / (0.5 * A_R + A_D)
    for file, input in [("rest.csv", 0.0), ("touch.csv", TOUCH)]:
        matrix = [[0.0] * len(names) for _ in names]
        right = [G_L * E_L + (input if name in ("PLML", "PLMR") else 0.0) for name in names]
        for k in range(len(names)):
            matrix[k][k] = G_L
        for (a, b), n in electrical.items():
            matrix[b][b] += n * CONTACT
            matrix[b][a] -= n * CONTACT
        for (_, b, inhibitory), n in chemical.items():
            matrix[b][b] += release * n * CONTACT
            right[b] += release * n * CONTACT * E_REV[inhibitory]
        write(file, ["neuron", "v_half"], [(k, f"{v:.5f}") for k, v in enumerate(solve(matrix, right))])


main(sys.argv[1])
