"""Brian2's generated C++ on the models of `benches/text.rs`: neurons alone, at rest, exponential Euler, single thread.

    venv/bin/python benches/peers/brian2_models.py

prints nanoseconds per neuron and step, the fastest of three runs, timed inside the program that Brian2 writes.
"""

import shutil
import sys
import tempfile

from brian2 import NeuronGroup, device, get_device, ms, prefs, run, set_device, defaultclock

NEURONS, STEPS = 10_000, 2_000

LIF = ("dv/dt = (-70 - v)/(10*ms) : 1 (unless refractory)", "v > -55", "v = -70", 2 * ms, {"v": -70})
ADEX = (
    """dv/dt = (30*(-70.6 - v) + 60*exp((clip(v, -1000, 0) + 50.4)/2) - w)/(281*ms) : 1 (unless refractory)
dw/dt = (4*(v + 70.6) - w)/(144*ms) : 1""",
    "v > 0",
    "v = -70.6; w += 80.5",
    2 * ms,
    {"v": -70.6},
)
HH = (
    """dv/dt = (10*(-60 - v) + 20000*(m*m*m)*h*(50 - v) + 6000*(n*n*n*n)*(-90 - v))/(200*ms) : 1
dm/dt = am*(1 - m) - bm*m : 1
dn/dt = an*(1 - n) - bn*n : 1
dh/dt = ah*(1 - h) - bh*h : 1
u = v + 63 : 1
am = 0.32*4/exprel((13 - u)/4)/ms : Hz
bm = 0.28*5/exprel((u - 40)/5)/ms : Hz
ah = 0.128*exp((17 - u)/18)/ms : Hz
bh = 4/(1 + exp((40 - u)/5))/ms : Hz
an = 0.032*5/exprel((15 - u)/5)/ms : Hz
bn = 0.5*exp((10 - u)/40)/ms : Hz""",
    "v > -20",
    None,
    3 * ms,
    {"v": -65, "m": 0.0097, "h": 0.9976, "n": 0.0271},
)


def seconds(model):
    """Wall seconds of a run, as the generated program measures them."""
    folder = tempfile.mkdtemp()
    device.reinit()
    device.activate(directory=folder, build_on_run=True)
    defaultclock.dt = 0.1 * ms
    equations, threshold, reset, refractory, start = model
    extra = {"reset": reset} if reset else {}
    group = NeuronGroup(
        NEURONS, equations, threshold=threshold, refractory=refractory, method="exponential_euler", **extra
    )
    for name, value in start.items():
        setattr(group, name, value)
    run(STEPS * 0.1 * ms)
    wall = get_device()._last_run_time
    shutil.rmtree(folder)
    return wall


def main():
    set_device("cpp_standalone", build_on_run=True)
    prefs.devices.cpp_standalone.openmp_threads = 0
    for name, model in [("lif", LIF), ("adex", ADEX), ("hh_traub", HH)]:
        best = min(seconds(model) for _ in range(3))
        print(f"{name}: {best * 1e9 / NEURONS / STEPS:.2f} ns per neuron and step")


if __name__ == "__main__":
    sys.exit(main())
