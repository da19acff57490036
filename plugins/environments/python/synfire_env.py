"""The far end of Synfire's protocol for environments: shows those of Gymnasium to a network. Needs nothing but gymnasium.

Run as a program it talks over its standard input, which is a socket. `serve(env, sock)` shows any `gymnasium.Env` over a socket.
"""
import json, math, socket, struct, sys


def ports(space, name, copies=1):
    """What a space is called and may hold: a port, or one for each key of a Dict."""
    kind = type(space).__name__
    if kind == "Dict":
        return [port for key in space.spaces for port in ports(space.spaces[key], key, copies)]
    shape = [copies] * (copies > 1) + (list(getattr(space, "shape", None) or ()) or [1])
    bounds = lambda xs: [None if math.isinf(x) else float(x) for x in xs.reshape(-1)] * copies
    if kind == "Box":
        return [{"name": name, "kind": "box", "shape": shape, "low": bounds(space.low), "high": bounds(space.high)}]
    if kind in ("Discrete", "MultiDiscrete"):
        choices = [int(space.n)] if kind == "Discrete" else [int(n) for n in space.nvec.reshape(-1)]
        return [{"name": name, "kind": "discrete", "shape": shape, "n": choices * copies}]
    if kind == "MultiBinary":
        return [{"name": name, "kind": "binary", "shape": shape}]
    raise TypeError(f"{name}: spaces of the kind {kind} have no port; Box, Discrete, MultiDiscrete, MultiBinary and Dict have")


def codec(space):
    """How many numbers a value has, how it becomes a list of them, and how a list becomes a value."""
    kind = type(space).__name__
    if kind == "Dict":
        parts = {key: codec(inner) for key, inner in space.spaces.items()}
        ends = [sum(n for n, _, _ in list(parts.values())[: k + 1]) for k in range(len(parts))]
        cut = lambda xs: {key: parts[key][2](xs[end - parts[key][0] : end]) for key, end in zip(parts, ends)}
        return ends[-1], lambda v: [x for key, part in parts.items() for x in part[1](v[key])], cut
    if kind == "Discrete":
        start = int(space.start)
        return 1, lambda v: [float(v) - start], lambda xs: int(xs[0]) + start
    shape, dtype = space.shape, space.dtype
    import numpy
    from_list = lambda xs: numpy.array(xs, dtype=dtype).reshape(shape)
    return max(1, math.prod(shape)), lambda v: numpy.asarray(v, dtype=float).reshape(-1).tolist(), from_list


def serve(make, sock):
    """Answers on a connected socket until the other side ends; `make(name, **kwargs)` gives the environments."""
    stream = sock.makefile("rb", buffering=1 << 16)
    asked = json.loads(stream.readline() or "{}")
    answer = {"protocol": "synfire-env", "version": 1, "name": asked.get("name", ""), "json": bool(asked.get("json"))}
    send = lambda message: sock.sendall(json.dumps(message).encode() + b"\n")
    try:
        if (asked.get("protocol"), asked.get("version")) != ("synfire-env", 1):
            raise ValueError(f"this client speaks synfire-env 1, not {asked.get('protocol')} {asked.get('version')}")
        copies = asked.get("copies") or 1
        envs = [make(asked["name"], **asked.get("kwargs", {})) for _ in range(copies)]
        step_s = getattr(envs[0].unwrapped, "tau", None) or getattr(envs[0].unwrapped, "dt", None)
        shown, taken = envs[0].observation_space, envs[0].action_space
        answer["observation"], answer["action"] = ports(shown, "obs", copies), ports(taken, "action", copies)
        answer["interval_ms"] = 1e3 * step_s if isinstance(step_s, float) else None
    except Exception as error:
        return send({**answer, "error": f"{type(error).__name__}: {error}"})
    send(answer)
    (n_shown, write, _), (n_taken, _, read) = codec(shown), codec(taken)
    request, reply = struct.Struct(f"<BQ{n_taken * copies}d"), struct.Struct(f"<{n_shown * copies + 1}dB")
    seed = lambda base, k: (base + k) % (1 << 64)
    try:
        while True:
            if asked.get("json"):
                message = json.loads(stream.readline() or '{"op":"close"}')
                op, tick, action = {"reset": 1, "step": 2}.get(message["op"], 3), message.get("tick", 0), message.get("action", [])
            else:
                data = stream.read(request.size)
                op, tick, *action = request.unpack(data) if len(data) == request.size else (3, 0)
            if op == 3:
                return
            seen, rewards, ended, cut = [], 0.0, False, False
            for k, env in enumerate(envs):
                if op == 1:
                    value, _ = env.reset(seed=seed(tick, k))
                else:
                    value, reward, ended, cut, _ = env.step(read(action[k * n_taken : (k + 1) * n_taken]))
                    rewards += float(reward)
                    if copies > 1 and (ended or cut):
                        value, ended, cut = env.reset()[0], False, False
                seen += write(value)
            if asked.get("json"):
                send({"observation": seen, "reward": rewards / copies, "terminated": bool(ended), "truncated": bool(cut)})
            else:
                sock.sendall(reply.pack(*seen, rewards / copies, bool(ended) | bool(cut) << 1))
    except Exception as error:
        text = f"{type(error).__name__}: {error}".encode()
        failed = reply.pack(*[0.0] * (n_shown * copies + 1), 128) + struct.pack("<I", len(text)) + text
        send({"error": text.decode()}) if asked.get("json") else sock.sendall(failed)
    finally:
        [env.close() for env in envs]


if __name__ == "__main__":
    try:
        import gymnasium
        make = gymnasium.make
    except ImportError as error:
        def make(*_, reason=error, **__):
            raise ImportError(f"{reason}; install it: {sys.executable} -m pip install gymnasium")
    try:
        serve(make, socket.socket(fileno=sys.stdin.fileno()))
    except (BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        pass
