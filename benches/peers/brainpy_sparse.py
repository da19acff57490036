"""BrainPy's event operators on the sparse networks of `benches/sparse.rs`, forward and back through time.

    venv/bin/python benches/peers/brainpy_sparse.py [NEURONS] [STEPS] [BATCH]

needs brainevent (BrainPy's sparse operators) and jax. Prints, for each density of the recurrent weights, seconds of a batch forward and
with its gradient, the fastest of three after two to warm up, processor seconds of the latter, the share of neurons that fire in a step and
the load. Same equations, sizes and law of weights as ours; numbers are drawn by others, so that rates agree but spikes do not.
"""

import os
import sys
import time

import brainevent
import jax
import jax.numpy as jnp
import numpy as np

NEURONS, STEPS, BATCH = (int(x) for x in (sys.argv[1:] + ["2000", "200", "4"][len(sys.argv) - 1 :]))
INPUTS, RATE, OUTPUTS = 100, 0.02, 2
DECAY = np.float32(np.exp(-1 / 10))  # membrane and synapses, 10 ms each
WIDTH, HEIGHT = 1.0, 0.3


@jax.custom_jvp
def spike(x):
    return (x >= 0).astype(x.dtype)


spike.defjvp(lambda x, d: (spike(x[0]), HEIGHT * jnp.maximum(0.0, WIDTH - jnp.abs(x[0])) * d[0]))


def network(density):
    """Parameters, and the structure of the recurrent weights: rows are senders."""
    draw = np.random.default_rng(1)
    degree = int(density * NEURONS)
    targets = np.stack([np.sort(draw.choice(NEURONS, degree, replace=False)) for _ in range(NEURONS)])
    pointers = (np.arange(NEURONS + 1) * degree).astype(np.int32)
    weights = {
        "in": draw.uniform(0, 0.0128, (INPUTS, NEURONS)),
        "self": draw.normal(0, 0.05 / np.sqrt(degree), NEURONS * degree),
        "out": draw.normal(0, 0.05, (NEURONS, OUTPUTS)),
    }
    weights = {name: jnp.asarray(w, jnp.float32) for name, w in weights.items()}
    return weights, jnp.asarray(targets.ravel(), jnp.int32), jnp.asarray(pointers)


def trial(weights, structure, spikes):
    """The readout's voltage in the last 50 steps, `[output]`, and the share of neurons that fire in a step."""
    matrix = brainevent.CSR((weights["self"], *structure), shape=(NEURONS, NEURONS))

    def step(state, given):
        v, g, fired, u, h = state
        g = DECAY * g + given @ weights["in"] + brainevent.BinaryArray(fired) @ matrix
        moved = DECAY * v + (1 - DECAY) * 10 * g
        fired = spike(moved - 1)
        v = moved * (1 - jax.lax.stop_gradient(fired))
        h = DECAY * h + fired @ weights["out"]
        u = DECAY * u + (1 - DECAY) * 10 * h
        return (v, g, fired, u, h), (u, fired.mean())

    zero, none = jnp.zeros(NEURONS), jnp.zeros(OUTPUTS)
    _, (u, fired) = jax.lax.scan(step, (zero, zero, zero, none, none), spikes)
    return u[-50:].mean(0), fired.mean()


def cost(weights, structure, spikes, labels):
    logits, fired = jax.vmap(lambda s: trial(weights, structure, s))(spikes)
    return -jax.nn.log_softmax(logits)[jnp.arange(BATCH), labels].mean(), fired.mean()


def fastest(run):
    """Least wall and processor seconds of three."""
    for _ in range(2):
        jax.block_until_ready(run())
    times = []
    for _ in range(3):
        wall, own = time.perf_counter(), time.process_time()
        jax.block_until_ready(run())
        times.append((time.perf_counter() - wall, time.process_time() - own))
    return min(t[0] for t in times), min(t[1] for t in times)


def main():
    draw = np.random.default_rng(2)
    spikes = jnp.asarray(draw.random((BATCH, STEPS, INPUTS)) < RATE, jnp.float32)
    labels = jnp.asarray(draw.integers(0, OUTPUTS, BATCH))
    for density in (0.01, 0.1):
        weights, *structure = network(density)
        forward = jax.jit(lambda w: cost(w, structure, spikes, labels))
        both = jax.jit(lambda w: jax.value_and_grad(cost, has_aux=True)(w, structure, spikes, labels))
        (_, fired), gradient = both(weights)
        ahead, _ = fastest(lambda: forward(weights))
        back, own = fastest(lambda: both(weights))
        size = float(jnp.abs(gradient["self"]).sum())
        print(
            f"density {density}: forward {ahead:.4f} s, with gradient {back:.4f} s ({own:.3f} s of processors), "
            f"{100 * float(fired):.2f} % fire in a step, |gradient| {size:.4g}, load {os.getloadavg()[0]:.1f}",
            flush=True,
        )


main()
