"""A network as the policy of a loop of one's own. case.toml is a brain, wrong.toml one that cannot be read."""
import gymnasium, synfire

env = gymnasium.make("CartPole-v1")
spaces = env.observation_space, env.action_space
brain = synfire.Brain("case.toml", *spaces)
observation, _ = env.reset(seed=1)
action, ticks = brain.reset(observation), 0
while action is not None:
    observation, reward, terminated, truncated, _ = env.step(action)
    action, ticks = brain.step(observation, reward, terminated, truncated), ticks + 1
assert ticks >= 100, f"the pole falls after {ticks} ticks"
brain.reset(env.reset(seed=2)[0])
brain.close()
try:
    synfire.Brain("wrong.toml", *spaces)
    raise AssertionError("there is no such decoder")
except synfire.SynfireError as error:
    assert "unknown decoder `argmax_cont`" in str(error) and "did you mean `argmax_count`?" in str(error), error
print(ticks)
