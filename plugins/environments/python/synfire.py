"""Synfire from Python: `Brain` holds a network as the policy of a loop of one's own, `Env` an environment of Synfire as one of Gymnasium.

    brain = Brain("scenarios/brain.toml", env.observation_space, env.action_space)
    action = brain.reset(observation)
    action = brain.step(observation, reward, terminated, truncated)

The scenario says `[env] kind = { external = { address = "stdio" } }`. Needs gymnasium, the file synfire_env.py beside this one, and the
program `synfire`, which is looked for in PATH, or where the variable SYNFIRE says.
"""
import json, os, socket, struct, subprocess, tempfile

import gymnasium, numpy

from synfire_env import codec, ports

HEAD = {"protocol": "synfire-env", "version": 1}


class SynfireError(RuntimeError):
    """What the program said before it ended."""


class Process:
    """The program, which talks over a socket in place of its standard input."""

    def __init__(self, arguments, timeout):
        near, far = socket.socketpair()
        near.settimeout(timeout)
        self.said = tempfile.TemporaryFile()
        program = os.environ.get("SYNFIRE", "synfire")
        self.child = subprocess.Popen([program, *arguments], stdin=far, stdout=self.said, stderr=self.said)
        far.close()
        self.socket, self.stream = near, near.makefile("rb")

    def read(self, n=None):
        """So many bytes, or a line."""
        try:
            data = self.stream.readline() if n is None else self.stream.read(n)
        except TimeoutError:
            raise SynfireError("the program did not answer in time") from None
        except OSError:
            data = b""  # It ended before it read what was sent.
        if not data or (n is not None and len(data) < n):
            self.child.wait(5)
            self.said.seek(0)
            raise SynfireError(self.said.read().decode(errors="replace").strip() or "the program has ended")
        return data

    def write(self, data):
        """Sends bytes; that the program has ended is seen when it is read."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def close(self):
        """Ends the program, which keeps what it recorded."""
        self.stream.close()
        self.socket.close()
        try:
            self.child.wait(60)
        except subprocess.TimeoutExpired:
            self.child.kill()
        self.said.close()


class Brain:
    """A network that acts: what it observes goes in, what it does comes out."""

    def __init__(self, scenario, observation_space, action_space, *arguments, timeout=60.0):
        self.process = Process(["run", scenario, *arguments], timeout)
        asked = json.loads(self.process.read())
        told = {"observation": ports(observation_space, "obs"), "action": ports(action_space, "action")}
        self.process.write(json.dumps({**HEAD, "name": asked["name"], **told}).encode() + b"\n")
        (shown, self.write, _), (taken, _, self.value) = codec(observation_space), codec(action_space)
        self.reply, self.request = struct.Struct(f"<{shown + 1}dB"), struct.Struct(f"<BQ{taken}d")
        self.zeros, self.seed = [0.0] * shown, None
        self.hear()

    def hear(self):
        op, tick, *action = self.request.unpack(self.process.read(self.request.size))
        if op == 1:
            self.seed = tick
        return op, action

    def tell(self, observation, reward=0.0, flags=0):
        self.process.write(self.reply.pack(*self.write(observation), float(reward), flags))

    def reset(self, observation):
        """An episode begins; the first action, which is what the decoders hold before the network has seen anything."""
        self.tell(observation)
        return self.value(self.hear()[1])

    def step(self, observation, reward=0.0, terminated=False, truncated=False):
        """A tick of the network; its action. After the end of an episode, `reset` comes next."""
        self.tell(observation, reward, bool(terminated) | bool(truncated) << 1)
        op, action = self.hear()
        return None if op == 1 else self.value(action)

    def close(self):
        """Ends the run, which writes its results."""
        try:
            self.process.write(self.reply.pack(*self.zeros, 0.0, 16))
            self.process.read()
        except (ValueError, OSError, SynfireError):
            pass
        self.process.close()


class Env(gymnasium.Env):
    """An environment that lives in Synfire, such as `Env("pong")`."""

    metadata = {"render_modes": []}

    def __init__(self, name, *arguments, timeout=60.0):
        self.process = Process(["env", name, *arguments], timeout)
        self.process.write(json.dumps({**HEAD, "name": name}).encode() + b"\n")
        told = json.loads(self.process.read())
        if "error" in told:
            raise SynfireError(told["error"])
        self.observation_space, self.action_space = space(told["observation"]), space(told["action"])
        (shown, _, self.value), (taken, self.write, _) = codec(self.observation_space), codec(self.action_space)
        self.reply, self.request = struct.Struct(f"<{shown + 1}dB"), struct.Struct(f"<BQ{taken}d")
        self.zeros, self.ticks = [0.0] * taken, 0

    def ask(self, op, tick, action):
        self.process.write(self.request.pack(op, tick, *action))
        *observation, reward, flags = self.reply.unpack(self.process.read(self.reply.size))
        if flags & 128:
            (length,) = struct.unpack("<I", self.process.read(4))
            raise SynfireError(self.process.read(length).decode())
        info = {"success": bool(flags & 8)} if flags & 4 else {}
        return self.value(observation), reward, bool(flags & 1), bool(flags & 2), info

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        start = seed if seed is not None else int(self.np_random.integers(1 << 63))
        self.ticks = 0
        return self.ask(1, start, self.zeros)[0], {}

    def step(self, action):
        self.ticks += 1
        return self.ask(2, self.ticks, self.write(action))

    def close(self):
        self.process.close()


def space(told):
    """The space of some ports: that of the only one, or a Dict."""
    def one(port):
        shape = tuple(port["shape"])
        if port["kind"] == "box":
            low = numpy.array([-numpy.inf if x is None else x for x in port["low"]], dtype=numpy.float64)
            high = numpy.array([numpy.inf if x is None else x for x in port["high"]], dtype=numpy.float64)
            return gymnasium.spaces.Box(low.reshape(shape), high.reshape(shape), dtype=numpy.float64)
        if port["kind"] == "binary":
            return gymnasium.spaces.MultiBinary(shape)
        return gymnasium.spaces.Discrete(port["n"][0]) if len(port["n"]) == 1 else gymnasium.spaces.MultiDiscrete(port["n"])
    return one(told[0]) if len(told) == 1 else gymnasium.spaces.Dict({port["name"]: one(port) for port in told})
