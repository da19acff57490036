"""Environments of Synfire as those of Gymnasium."""
import gymnasium, numpy, synfire
from gymnasium.utils.env_checker import check_env

for name in ("cartpole", "pendulum", "pong"):
    env = synfire.Env(name)
    check_env(env, skip_render_check=True)
    env.close()

# The same seed gives the same episode as in process.
ours, theirs = synfire.Env("cartpole"), gymnasium.make("CartPole-v1")
assert (ours.reset(seed=42)[0] == theirs.reset(seed=42)[0]).all()
for k in range(500):
    seen, reward, terminated, truncated, _ = ours.step(k % 3 % 2)
    right, *outcome, _ = theirs.step(k % 3 % 2)
    assert (seen.astype(numpy.float32) == right).all() and [reward, terminated, truncated] == outcome, k
    if terminated:
        break
assert terminated
ours.close()

# What goes wrong is an error with its text, and the environment lives on.
env = synfire.Env("pendulum")
env.reset(seed=1)
try:
    env.step(numpy.array([5.0]))
    raise AssertionError("an action outside the bounds is refused")
except synfire.SynfireError as error:
    assert "action `torque[0]` is 5; -2 to 2 is allowed" in str(error), error
env.step(numpy.array([1.0]))
env.close()
try:
    synfire.Env("nope")
    raise AssertionError("there is no such environment")
except synfire.SynfireError as error:
    assert "unknown environment `nope`" in str(error), error
