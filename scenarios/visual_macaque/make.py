"""Writes ../visual_macaque.toml; Python 3, nothing else.

    python3 make.py

The measured distances and fractions of labelled neurons (Markov et al. 2014, as in Joglekar et al. 2018) may not be passed on.
Numbers drawn by the laws that were found in them stand in:

    distances    the areas lie at random in an ellipsoid of the size of a hemisphere, V1 at its back and the rest in the order
                 of the hierarchy of Chaudhuri et al. (2015), Neuron 88, doi:10.1016/j.neuron.2015.09.008
    fractions    of the labelled neurons behind an area, another area holds a part that falls as exp(-0.19 d / mm): the exponential
                 distance rule of Ercsey-Ravasz et al. (2013), Neuron 80, doi:10.1016/j.neuron.2013.07.036; around it a factor
                 exp(normal(0, 1)), our choice

What the draw lacks: a third of the pairs is not connected in the monkey, and its fractions span five orders of magnitude.
"""

import math
import random
from pathlib import Path

AREAS = "V1 V2 V4 DP MT 8m 5 8l TEO 2 F1 STPc 7A 46d 10 9_46v 9_46d F5 TEpd PBr 7m 7B F2 STPi ProM F7 8B STPr 24c".split()
HALF_AXES = (32.0, 18.0, 15.0)  # of the ellipsoid, mm
NEAREST = 2.0  # mm
DECAY = 0.19  # of fractions, per mm
SPREAD = 1.0  # of the logarithm of a fraction around the rule
SPEED = 3.5  # of conduction, mm per ms


def places(rng):
    """A point for each area, from the back to the front."""
    found = []
    while len(found) < len(AREAS):
        x = [rng.uniform(-1, 1) for _ in range(3)]
        point = [v * a for v, a in zip(x, HALF_AXES)]
        if sum(v * v for v in x) <= 1 and all(math.dist(point, other) > NEAREST for other in found):
            found.append(point)
    return sorted(found)


def matrix(cell, width=1):
    """A row for each receiver, with a cell for each sender."""
    rows = ([cell(i, j).rjust(width) for j in range(len(AREAS))] for i in range(len(AREAS)))
    return "[\n" + "\n".join(f"    [{', '.join(row)}],  # to {area}" for area, row in zip(AREAS, rows)) + "\n]"


def names(kind):
    return "[" + ", ".join(f'"{area}_{kind}"' for area in AREAS) + "]"


def within(pair, tau, weight):
    sender, receiver = pair
    return f"""[[projection]]
from    = {names(sender)}
to      = {names(receiver)}
synapse = {{ exponential = {{ tau = "{tau} ms" }} }}
output  = "current"
weight  = "{weight} pA"
delay   = "0.1 ms"
connect = {{ fixed_probability = {{ p = {matrix(lambda i, j: "0.1" if i == j else "0")} }} }}
"""


def main():
    rng = random.Random(29)
    at = places(rng)
    distance = [[math.dist(a, b) for b in at] for a in at]
    drawn = lambda d: math.exp(SPREAD * rng.gauss(0, 1) - DECAY * d)
    weighed = [[0.0 if i == j else drawn(d) for j, d in enumerate(row)] for i, row in enumerate(distance)]
    fraction = [[x / sum(row) for x in row] for row in weighed]

    parts = [HEAD]
    parts += [f'[population.{area}_E]\nlike = "V1_E"\n\n[population.{area}_I]\nlike = "V1_I"\n' for area in AREAS[1:]]
    parts.append("# Within each area, a tenth of all pairs.")
    parts += [within("EE", 5, 0.10108), within("EI", 5, 0.60604), within("IE", 10, -0.60977), within("II", 10, -0.3354)]
    parts.append(BETWEEN.format(
        names=names("E"),
        p=matrix(lambda i, j: f"{fraction[i][j]:.5f}" if i != j else "0", 7),
        delay=matrix(lambda i, j: f'"{max(distance[i][j] / SPEED, 0.1):.1f} ms"', 9),
    ))
    parts.append(TAIL)
    (Path(__file__).parent.parent / "visual_macaque.toml").write_text("\n".join(parts))


HEAD = """\
# Twenty-nine areas of the macaque's cortex, from V1 up to 24c, and a pulse into V1. Written by `visual_macaque/make.py`.
#
# Distances and connections between areas are drawn, not measured: `make.py` says by which laws. The measured ones belong to
# Joglekar et al. (2018), and no figures are published for the network below, from the appendix of Wang et al. (2024). It has 40,000
# cells in an area there, which need 37 billion synapses; here it has 2,000, as in Joglekar et al. Weights and probabilities stay, so
# each cell gets a twentieth of the input. Weights made up for it by the root of twenty, or by twenty, were tried as well: excitatory
# cells then fall silent but for start and pulse. More cells, whose rates differ from what is expected below:
#
#   --set population.V1_E.size=6400 --set population.V1_I.size=1600        (the other areas are `like` these; 3 GB)
#
# The constant current alone makes cells fire; what they get from each other is mostly inhibition. A cell of V1 hears 30 populations, by
# receptors of two kinds: those of one kind are merged, so 928 pairs of populations need 116 receptors.

[scenario]
title  = "Macaque cortex: 29 areas, drawn connections, a pulse into V1"
source = "Wang et al. (2024), ICLR, BrainPy, appendix, after Joglekar et al. (2018), Neuron 98, doi:10.1016/j.neuron.2018.02.031"
format = 1

[run]
duration = "1 s"
dt       = "0.1 ms"
seed     = 1

[population.V1_E]
size   = 1_600
neuron = "lif"
params = { e_l = "-60 mV", c_m = "20 pF", tau_m = "20 ms", v_th = "-50 mV", v_reset = "-60 mV", t_ref = "5 ms", i_e = "11 pA" }
state  = { v = { normal = ["-55 mV", "2 mV"] } }

[population.V1_I]
like = "V1_E"
size = 400
"""

BETWEEN = """\
# Between areas, excitatory cells only: a pair is joined with the fraction of labelled neurons as probability.
# Delays are distances at 3.5 mm/ms.
[[projection]]
from    = {names}
to      = {names}
synapse = {{ exponential = {{ tau = "5 ms" }} }}
output  = "current"
weight  = "0.040372 pA"
connect = {{ fixed_probability = {{ p = {p} }} }}
delay   = {delay}
"""

TAIL = """\
# The pulse.
[[stimulus]]
to        = "V1_E"
kind      = "constant"
amplitude = "8 pA"
start     = "400 ms"
stop      = "500 ms"

[[record]]
of   = "*"
what = "spikes"

# The mean of six seeds and four standard deviations to either side: no figures are published. Until the pulse comes excitatory
# cells fire at 0.46 Hz, inhibitory ones at 9.1 Hz and like clocks (CV 0.2). While it lasts V1 fires at 24, V2 at 6, V4 at 1.8 Hz;
# 24c does not feel it.
[[expect]]
of     = ["V1_E", "V2_E", "V4_E", "24c_E"]
what   = "mean_rate"
within = [["4 Hz", "4.7 Hz"], ["1.27 Hz", "1.64 Hz"], ["0.59 Hz", "0.84 Hz"], ["0.34 Hz", "0.59 Hz"]]
after  = "400 ms"

[[expect]]
of     = "24c_I"
what   = "mean_rate"
within = ["8.95 Hz", "9.36 Hz"]
after  = "400 ms"
"""

main()
