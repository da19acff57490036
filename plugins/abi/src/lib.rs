//! The C interface between Synfire and a plugin in a shared library. `synfire.h` is made from this file.
//!
//! What happens, in order:
//!
//! 1. The host opens the library and calls [`ENTRY`], which gives the [`Descriptor`]: magic, version, sizes, name.
//! 2. The host compares all of that with its own and calls nothing more where anything differs.
//! 3. [`Open`] gives the [`Tables`]. They and all they point to stay as they are until the program ends.
//! 4. Building a network calls [`Make`], [`Linear`], [`Check`], [`Connect`] and [`Start`].
//! 5. Each step calls [`Run`], [`Deliver`] and [`Advance`], from several threads where data do not overlap.
//! 6. At the end of a run come [`Release`] and [`Finish`].
//!
//! Every function returns a code of [`status`] and leaves its reason in a [`Failure`]. Nothing may unwind or jump out of it.
//!
//! Version: a change that an older plugin cannot know of raises [`MAJOR`]; structures and codes added at an end raise
//! [`MINOR`]. A host takes plugins of its own major version and of a minor version up to its own.

use std::ffi::c_void;

#[macro_use]
mod header;

/// First word of a descriptor: `SYNFIRE` and a zero byte, read as a little-endian number.
pub const MAGIC: u64 = 0x0045_5249_464e_5953;
/// Version of the interface that must be equal.
pub const MAJOR: u32 = 1;
/// Version of the interface that may be older in the plugin.
pub const MINOR: u32 = 1;
/// The symbol that a library exports; its type is [`Entry`].
pub const ENTRY: &str = "synfire_plugin";
/// The type of the exported function.
pub type Entry = unsafe extern "C" fn() -> *const Descriptor;

abi! {
    /// What a function returns.
    codes status {
        /// Done.
        OK = 0,
        /// Not done, for the reason given.
        FAILED = 1,
        /// A panic was caught; the reason given is its message.
        PANICKED = 2,
        /// There is no such thing, which is no error: a kernel for an integrator that does not apply.
        UNSUPPORTED = 3,
    }

    /// A string in UTF-8, not terminated.
    structure Text {
        /// Its bytes; may be null where `length` is 0.
        data: *const u8,
        /// Bytes.
        length: usize,
    }

    /// Where a function says why it failed.
    structure Failure {
        /// Room for the reason, in UTF-8.
        message: *mut u8,
        /// Bytes of room.
        capacity: usize,
        /// Bytes written, by the plugin.
        length: usize,
    }

    /// What a parameter may be.
    codes bound {
        /// Any finite number.
        ANY = 0,
        /// Above zero.
        POSITIVE = 1,
        /// Zero or above.
        NON_NEGATIVE = 2,
        /// From zero to one.
        FRACTION = 3,
    }

    /// A row of a table of parameters or state variables.
    structure Field {
        /// Symbol, which is also the key in a scenario.
        name: Text,
        /// Unit of the value in the equations; empty for a bare number.
        unit: Text,
        /// What it is.
        doc: Text,
        /// Value where the scenario gives none. Connectors and rules of plasticity may say NaN: it must be given.
        default_value: f64,
        /// A code of `bound`.
        bound: u32,
        /// State variables: 1 where it is held while the neuron is refractory.
        held: u32,
    }

    /// What a node of a graph does with its operands `a`, `b`, `c`.
    codes op {
        /// The number `literal`.
        LITERAL = 0,
        /// The variable of index `a`.
        VARIABLE = 1,
        /// -a
        NEG = 2,
        /// a + b
        ADD = 3,
        /// a - b
        SUB = 4,
        /// a b
        MUL = 5,
        /// a / b
        DIV = 6,
        /// e^a
        EXP = 7,
        /// e^a - 1
        EXPM1 = 8,
        /// Natural logarithm of a.
        LN = 9,
        /// Square root of a.
        SQRT = 10,
        /// Hyperbolic tangent of a.
        TANH = 11,
        /// Absolute value of a.
        ABS = 12,
        /// The smaller of a and b.
        MIN = 13,
        /// The larger of a and b.
        MAX = 14,
        /// 1 where a >= 0, else 0; its derivative is the surrogate.
        SPIKE = 15,
        /// b where a is not 0, else c.
        SELECT = 16,
        /// (e^a - 1) / a, 1 at 0.
        EXPREL = 17,
        /// a / (e^a - 1), 1 at 0.
        EXPRELR = 18,
    }

    /// A node of a graph.
    structure Node {
        /// A code of `op`.
        op: u32,
        /// First operand: the index of an earlier node.
        a: u32,
        /// Second operand.
        b: u32,
        /// Third operand.
        c: u32,
        /// The number of a literal.
        literal: f64,
    }

    /// A result of a graph.
    structure Output {
        /// What it is: for a list of state variables, the name of one.
        name: Text,
        /// The node that computes it.
        node: u32,
    }

    /// A computation as data, from which derivatives, text and code for other devices are made.
    structure Graph {
        /// Names of the variables: parameters, state variables, and those that the use of the graph adds.
        variables: *const Text,
        /// Variables.
        variable_count: usize,
        /// Nodes, operands before users.
        nodes: *const Node,
        /// Nodes.
        node_count: usize,
        /// Results, in table order.
        outputs: *const Output,
        /// Results.
        output_count: usize,
    }

    /// A parameter in a block: that of neuron k is number `k * stride` of `data`.
    structure Column {
        /// Numbers.
        data: *const c_void,
        /// 1 where each neuron has its own, 0 where all share the first.
        stride: usize,
    }

    /// A receptor of one state variable that is advanced in the same pass as the neurons. For each neuron and in this order:
    /// value += count weight; input i += value current, g += value conductance; value *= decay; count = 0.
    structure Lane {
        /// Synaptic value, one number for each neuron.
        value: *mut c_void,
        /// Spikes that arrived, one byte for each neuron; to be cleared.
        count: *mut u8,
        /// What a spike adds to the value.
        weight: f64,
        /// Factor from one step to the next.
        decay: f64,
        /// Current per unit of value.
        current: f64,
        /// Conductance per unit of value.
        conductance: f64,
    }

    /// Neurons to be advanced by one step. Numbers are `float` or `double`, as the kernel was made for. No two columns overlap.
    structure Block {
        /// Neurons, which is the length of each column.
        neurons: usize,
        /// Index of the first neuron in its population.
        first: u32,
        /// 1 where any conductance may differ from 0.
        conducts: u32,
        /// Step in ms.
        dt: f64,
        /// Parameters, in table order.
        params: *const Column,
        /// Parameters.
        param_count: usize,
        /// State variables, in table order.
        state: *const *mut c_void,
        /// State variables.
        state_count: usize,
        /// Steps of refractoriness left.
        refractory: *mut c_void,
        /// Currents at the moments within the step that the integrator looks at.
        currents: [*const c_void; 3],
        /// Conductances at these moments.
        conductances: [*const c_void; 3],
        /// What is to be added to the first state variable at the start of the step.
        jump: *const c_void,
        /// Length of currents, conductances and jump: `neurons`, or 0 where lanes give the whole input.
        input_count: usize,
        /// Standard normal numbers, one column after the other for each white noise.
        noise: *const c_void,
        /// Their count.
        noise_count: usize,
        /// Receptors to be advanced with the neurons; there are some only for a kernel that fuses.
        lanes: *mut Lane,
        /// Receptors.
        lane_count: usize,
        /// Where the plugin keeps good values, `[variable, neuron]`.
        saved: *mut c_void,
        /// Numbers of it.
        saved_count: usize,
        /// 1 where those from before this step are to be kept.
        save: u32,
        /// Set to 1 by the plugin where a state variable stopped being finite; the three below say which.
        bad: u32,
        /// Index in the population.
        bad_neuron: u32,
        /// Row of the state variable.
        bad_variable: u32,
        /// The last value of it that was kept.
        bad_last: f64,
        /// Scratch, a byte for each neuron.
        marks: *mut u8,
        /// Scratch, as many numbers as the kernel asked for.
        registers: *mut c_void,
        /// Their count.
        register_count: usize,
        /// Where the plugin puts the neurons that fired, as indices of the population, ascending; room for `neurons`.
        spikes: *mut u32,
        /// How many it put there.
        spike_count: usize,
    }

    /// Ends the use of a handle.
    function Release(handle: *mut c_void);

    /// Advances a block by one step: jump, integration, holding of held variables while refractory, condition, reset.
    function Advance(handle: *const c_void, block: *mut Block, failure: *mut Failure);

    /// Type of the numbers in columns.
    codes precision {
        /// `float`
        SINGLE = 0,
        /// `double`
        DOUBLE = 1,
    }

    /// Instructions that the host chose; a kernel may use fewer.
    codes instructions {
        /// What every machine of this architecture has.
        BASELINE = 0,
        /// AVX2.
        AVX2 = 1,
        /// AVX-512 F, BW, DQ and VL.
        AVX512 = 2,
    }

    /// The kernel that is asked for.
    structure Request {
        /// Name of the integrator.
        integrator: Text,
        /// A code of `precision`.
        precision: u32,
        /// A code of `instructions`.
        instructions: u32,
        /// For each parameter, 1 where all neurons share it.
        shared: *const u8,
        /// Parameters.
        shared_count: usize,
    }

    /// A loop over blocks. It may be called from several threads at once, with different blocks.
    structure Kernel {
        /// Given back to `advance`.
        handle: *mut c_void,
        /// Advances a block.
        advance: Option<Advance>,
        /// Ends the use of the handle; may be null.
        release: Option<Release>,
        /// Numbers it wants in `registers` of a block.
        registers: usize,
        /// 1 where it takes lanes.
        fuses: u32,
    }

    /// Makes a kernel of a model, or returns `UNSUPPORTED`.
    function Make(context: *const c_void, request: *const Request, kernel: *mut Kernel, failure: *mut Failure);

    /// A neuron model. Variables of its graphs are parameters and state variables by name, and those that each names.
    structure Neuron {
        /// Name in a scenario.
        name: Text,
        /// Sentence, equations, source.
        doc: Text,
        /// Unit of the input current.
        input: Text,
        /// The integrator used where a scenario names none.
        integrator: Text,
        /// Parameters.
        params: *const Field,
        /// Parameters.
        param_count: usize,
        /// State variables, the voltage first.
        state: *const Field,
        /// State variables.
        state_count: usize,
        /// Time derivative per ms, a result for each state variable; `i` is the input current.
        derivative: *const Graph,
        /// What multiplies each white noise, per square root of ms: a graph for each, a result for each state variable.
        noise: *const Graph,
        /// White noises.
        noise_count: usize,
        /// Zero or above where the neuron fires; null for one that never does.
        condition: *const Graph,
        /// 1 where a spike is the moment the condition becomes true, 0 where it is every step in which it holds.
        edge: u32,
        /// State after a spike, a result for each state variable.
        reset: *const Graph,
        /// Refractory time in ms, of parameters alone; null for none.
        refractory: *const Graph,
        /// State one step later, for a model that states its own; `i`, `g`, `jump` and `dt` are variables. Null for others.
        step: *const Graph,
        /// Given back to `make`.
        context: *const c_void,
        /// Makes a kernel; null where the host is to run the graphs themselves.
        make: Option<Make>,
    }

    /// Fills the system s' = A s, s += b w, value = c s for these parameters: `a` row by row, all per ms and unit of weight.
    function Linear(
        context: *const c_void, params: *const f64, param_count: usize,
        a: *mut f64, b: *mut f64, c: *mut f64, failure: *mut Failure
    );

    /// Synaptic dynamics.
    structure Synapse {
        /// Name in a scenario.
        name: Text,
        /// Sentence, equations, source.
        doc: Text,
        /// Parameters.
        params: *const Field,
        /// Parameters.
        param_count: usize,
        /// State variables: one or two, none for a synapse that moves the voltage itself.
        state: *const Field,
        /// State variables.
        state_count: usize,
        /// 1 for a synapse that moves the voltage itself.
        jumps: u32,
        /// Given back to `linear`.
        context: *const c_void,
        /// Its system.
        linear: Option<Linear>,
    }

    /// An ion channel. Variables of its graphs are parameters, gates and the voltage `v`.
    structure Channel {
        /// Name in a scenario.
        name: Text,
        /// Sentence, equations, source.
        doc: Text,
        /// Parameters.
        params: *const Field,
        /// Parameters.
        param_count: usize,
        /// Gates.
        state: *const Field,
        /// Gates.
        state_count: usize,
        /// Time derivative of the gates per ms, a result for each; null for a channel without gates.
        derivative: *const Graph,
        /// Current out of the cell.
        current: *const Graph,
        /// Unit of the current.
        unit: Text,
    }

    /// Short-term plasticity. Variables of its graph are parameters, state variables, and `elapsed`: ms since the last spike.
    structure ShortTerm {
        /// Name in a scenario.
        name: Text,
        /// Sentence, equations, source.
        doc: Text,
        /// Parameters.
        params: *const Field,
        /// Parameters.
        param_count: usize,
        /// State variables of a sender.
        state: *const Field,
        /// State variables.
        state_count: usize,
        /// What weights are multiplied by for a spike, then what it leaves of each state variable.
        spike: *const Graph,
    }

    /// Long-term plasticity. No two parameters, traces or state variables have one name, and none is named `w`, `elapsed`,
    /// `level`, `v`, `dt` or `seen`. A graph without results may be null.
    structure Plasticity {
        /// Name in a scenario.
        name: Text,
        /// Sentence, equations, source.
        doc: Text,
        /// Parameters.
        params: *const Field,
        /// Parameters.
        param_count: usize,
        /// Traces of the sender.
        pre: *const Field,
        /// Traces of the sender.
        pre_count: usize,
        /// Traces of the receiver.
        post: *const Field,
        /// Traces of the receiver.
        post_count: usize,
        /// State variables of a synapse besides its weight.
        state: *const Field,
        /// State variables.
        state_count: usize,
        /// Time derivative per ms of each trace of the sender: a constant times itself.
        pre_derivative: *const Graph,
        /// The same for the receiver.
        post_derivative: *const Graph,
        /// Each trace of the sender after a spike of its own.
        pre_jump: *const Graph,
        /// The same for the receiver.
        post_jump: *const Graph,
        /// Weight and each state variable after a spike of the sender; `w` is the weight, traces are those before the spike.
        on_pre: *const Graph,
        /// The same for a spike of the receiver.
        on_post: *const Graph,
        /// Weight and each state variable after `elapsed` ms without spikes, at whose beginning the level of the modulator was
        /// `level`; null where nothing changes.
        between: *const Graph,
        /// Unit of the level.
        level_unit: Text,
        /// Time derivative per ms of `level`: a constant times itself; null without a modulator, which needs `between`.
        level_derivative: *const Graph,
        /// What a spike of the modulator adds, of parameters alone; null without one.
        level_jump: *const Graph,
        /// Each trace of the receiver after a step of `dt` ms at whose end its voltage is `v`, then a number above 0 where
        /// synapses see that step as they see a spike; null for a rule that looks at spikes.
        follow: *const Graph,
    }

    /// What a scenario says of a projection. Neurons are indices of their populations.
    structure Plan {
        /// First neuron it comes from.
        pre_first: u64,
        /// Behind the last neuron it comes from.
        pre_end: u64,
        /// First neuron it goes to.
        post_first: u64,
        /// Behind the last neuron it goes to.
        post_end: u64,
        /// Neurons of the population it comes from.
        pre_size: u64,
        /// Neurons of the population it goes to.
        post_size: u64,
        /// Weight, in the unit of the synapse; NaN where each synapse draws its own.
        weight: f64,
        /// Delay in ms; NaN where each synapse draws its own.
        delay: f64,
        /// Step in ms.
        dt: f64,
        /// Seed of the run.
        seed: u64,
        /// Identifies the projection among the streams of random numbers.
        stream: u32,
        /// 1 where both populations are one.
        recurrent: u32,
        /// Parameters of the rule, in table order.
        params: *const f64,
        /// Parameters.
        param_count: usize,
        /// First neuron of each shard of the population it goes to, and its size at the end.
        bounds: *const u32,
        /// Shards and one.
        bound_count: usize,
    }

    /// What a projection will cost.
    structure Cost {
        /// Synapses expected.
        synapses: f64,
        /// Bytes expected.
        bytes: f64,
    }

    /// Refuses what is impossible, before anything is built, and estimates the rest.
    function Check(context: *const c_void, plan: *const Plan, cost: *mut Cost, failure: *mut Failure);

    /// Takes synapses for the host to store, in any order. `weight` and `delay` (in ms) may be null: then the plan's are used.
    function Push(
        sink: *mut c_void, pre: *const u32, post: *const u32, weight: *const f64, delay: *const f64, count: usize
    );

    /// Where to put synapses. Neurons count from the first of the plan's ranges; all calls agree on which columns are null.
    structure Edges {
        /// Given back to `push`.
        sink: *mut c_void,
        /// Takes synapses.
        push: Option<Push>,
    }

    /// What cells of a target are.
    codes inbox {
        /// `uint8_t`: spikes are counted.
        COUNT8 = 0,
        /// `uint16_t`: spikes are counted.
        COUNT16 = 1,
        /// `float`: weights are summed.
        SUM32 = 2,
        /// `double`: weights are summed.
        SUM64 = 3,
    }

    /// A ring of what arrives for the neurons of a shard, `[slot, neuron]`.
    structure Target {
        /// Its cells.
        cells: *mut c_void,
        /// A code of `inbox`.
        inbox: u32,
        /// Index in the population of the first neuron.
        first: u32,
        /// Neurons.
        neurons: usize,
        /// Slots.
        slots: usize,
        /// The slot that is read in this step; k steps ahead is `(slot + k) % slots`.
        slot: usize,
        /// Which of the plan's shards it is.
        shard: usize,
    }

    /// Adds what spikes cause to a shard of the post-neurons; spikes ascend and may lie outside of the plan's range.
    function Deliver(
        handle: *const c_void, spikes: *const u32, spike_count: usize, target: *const Target, failure: *mut Failure
    );

    /// Adds the product of the weights, or their transpose, with `from` to `to`; both are whole populations.
    function Product(
        handle: *const c_void, from: *const f32, from_count: usize, to: *mut f32, to_count: usize,
        failure: *mut Failure
    );

    /// Takes gradients of weights.
    function Add(sink: *mut c_void, synapses: *const u64, gradients: *const f32, count: usize);

    /// Hands pre times post of every synapse to `add`; synapses are numbered in the order of (pre, post).
    function Gradient(
        handle: *const c_void, pre: *const f32, pre_count: usize, post: *const f32, post_count: usize,
        sink: *mut c_void, add: Option<Add>, failure: *mut Failure
    );

    /// The matrix of a projection and the facts known of it. It may be called from several threads, with different shards.
    structure Operator {
        /// Given back to all its functions.
        handle: *mut c_void,
        /// Ends the use of the handle; may be null.
        release: Option<Release>,
        /// Spikes to targets.
        deliver: Option<Deliver>,
        /// post += transpose(W) pre.
        forward: Option<Product>,
        /// pre += W post.
        transposed: Option<Product>,
        /// Gradient of the weights.
        gradient: Option<Gradient>,
        /// Synapses.
        synapses: u64,
        /// Bytes held.
        bytes: u64,
        /// The most synapses that end on one neuron: cells that count are chosen to hold so many.
        most_per_neuron: u64,
        /// The weight where all synapses share one, else NaN.
        shared_weight: f64,
        /// Steps between a spike and its effect, at least 1; where synapses differ, the longest.
        delay: u32,
        /// 1 where synapses have delays of their own: the target then has `delay` + 1 slots, spikes come one step after
        /// they were fired, and a delay of k steps belongs k - 1 slots ahead.
        own_delays: u32,
    }

    /// Builds a projection: either hands all its synapses to `edges`, or fills `operator`, whose `deliver` is null before.
    function Connect(
        context: *const c_void, plan: *const Plan, edges: *const Edges, operator: *mut Operator, failure: *mut Failure
    );

    /// A rule that says who is connected to whom.
    structure Connector {
        /// Name in a scenario.
        name: Text,
        /// Sentence, rule, source.
        doc: Text,
        /// Parameters.
        params: *const Field,
        /// Parameters.
        param_count: usize,
        /// Given back to its functions.
        context: *const c_void,
        /// Refuses or estimates.
        check: Option<Check>,
        /// Builds.
        connect: Option<Connect>,
    }

    /// The parts of a step, in order.
    codes phase {
        /// Environments act and markers are set.
        CONTROL = 0,
        /// Stimuli write currents and events.
        STIMULATE = 1,
        /// Spikes reach their targets.
        DELIVER = 2,
        /// Receptors and neurons advance.
        INTEGRATE = 3,
        /// The spikes of the step become known.
        FIRE = 4,
        /// Systems react to them.
        PROPAGATE = 5,
        /// Plasticity.
        LEARN = 6,
        /// Recorders read spikes and state.
        RECORD = 7,
    }

    /// A column that a system works on.
    structure Access {
        /// Name of a state variable of the model.
        column: Text,
        /// 1 where it is written.
        write: u32,
    }

    /// The population that a system is started for.
    structure Place {
        /// Its name.
        population: Text,
        /// Its neurons.
        neurons: usize,
        /// Step in ms.
        dt: f64,
        /// Seed of the run.
        seed: u64,
        /// Parameters of the system, in table order.
        params: *const f64,
        /// Parameters.
        param_count: usize,
    }

    /// A step.
    structure Moment {
        /// Its number, from 0.
        step: u64,
        /// Its length in ms; it starts at `step` times this.
        dt: f64,
        /// Spikes of the population: those of this step from phase `PROPAGATE` on, before it those of the step before.
        spikes: *const u32,
        /// Their count.
        spike_count: usize,
    }

    /// A column of a population.
    structure Slice {
        /// One number for each neuron; not to be written unless the system said so.
        data: *mut f32,
        /// Neurons.
        length: usize,
    }

    /// Starts a system for a population.
    function Start(
        context: *const c_void, place: *const Place, instance: *mut *mut c_void, failure: *mut Failure
    );

    /// Runs a system for one step; columns come in the order in which it names them.
    function Run(
        instance: *mut c_void, moment: *const Moment, columns: *const Slice, column_count: usize,
        failure: *mut Failure
    );

    /// Ends a system for a population: what it holds is written and freed.
    function Finish(instance: *mut c_void, failure: *mut Failure);

    /// Something that happens in every step for each population that it fits. A recorder is a system of phase `RECORD`, which
    /// reads the step's spikes.
    structure System {
        /// Name in a scenario.
        name: Text,
        /// Sentence, equations, source.
        doc: Text,
        /// Parameters.
        params: *const Field,
        /// Parameters.
        param_count: usize,
        /// A code of `phase`.
        phase: u32,
        /// The population it is for; empty for all.
        population: Text,
        /// The model of the populations it is for; empty for all.
        model: Text,
        /// The columns it reads and writes.
        columns: *const Access,
        /// Columns.
        column_count: usize,
        /// Given back to `start`.
        context: *const c_void,
        /// Starts it.
        start: Option<Start>,
        /// Runs it.
        run: Option<Run>,
        /// Ends it.
        finish: Option<Finish>,
    }

    /// All that a plugin brings.
    structure Tables {
        /// Neuron models.
        neurons: *const Neuron,
        /// Their count.
        neuron_count: usize,
        /// Synaptic dynamics.
        synapses: *const Synapse,
        /// Their count.
        synapse_count: usize,
        /// Ion channels.
        channels: *const Channel,
        /// Their count.
        channel_count: usize,
        /// Connectivity rules.
        connectors: *const Connector,
        /// Their count.
        connector_count: usize,
        /// Systems.
        systems: *const System,
        /// Their count.
        system_count: usize,
        /// Rules of short-term plasticity.
        short_terms: *const ShortTerm,
        /// Their count.
        short_term_count: usize,
        /// Rules of long-term plasticity.
        plasticities: *const Plasticity,
        /// Their count.
        plasticity_count: usize,
    }

    /// Fills the tables. Called once.
    function Open(tables: *mut Tables, failure: *mut Failure);

    /// What a plugin is. The first three rows never change their place.
    structure Descriptor {
        /// `MAGIC`.
        magic: u64,
        /// `MAJOR` of the interface that the plugin was built against.
        major: u32,
        /// `MINOR` of it.
        minor: u32,
        /// Size of each structure, in the order of this file.
        sizes: *const u32,
        /// Structures.
        size_count: usize,
        /// Name of the plugin.
        name: Text,
        /// Version of the plugin.
        version: Text,
        /// Gives the tables.
        open: Option<Open>,
    }
}

#[expect(unsafe_code, reason = "a descriptor is a constant that points to constants")]
// SAFETY: nothing that a descriptor points to is ever written.
unsafe impl Sync for Descriptor {}

impl Text {
    /// A string that stays as long as the program runs.
    pub const fn of(text: &'static str) -> Self {
        Self { data: text.as_ptr(), length: text.len() }
    }
}

/// How many structures there are.
pub const STRUCTURES: usize = {
    let (mut count, mut k) = (0, 0);
    while k < ITEMS.len() {
        count += (ITEMS[k].size > 0) as usize;
        k += 1;
    }
    count
};

/// Name and size of each structure, in order.
pub fn structures() -> impl Iterator<Item = (&'static str, usize)> {
    ITEMS.iter().filter(|item| item.size > 0).map(|item| (item.name, item.size))
}

/// Size of each structure, in order: what [`Descriptor::sizes`] points to.
pub static SIZES: [u32; STRUCTURES] = {
    let mut sizes = [0; STRUCTURES];
    let (mut at, mut k) = (0, 0);
    while k < ITEMS.len() {
        if ITEMS[k].size > 0 {
            sizes[at] = ITEMS[k].size as u32;
            at += 1;
        }
        k += 1;
    }
    sizes
};

/// The text of `synfire.h`.
pub fn header() -> String {
    let about: String = include_str!("lib.rs")
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| format!("//{}\n", line.replace(['[', ']', '`'], "")))
        .collect();
    let head = format!(
        "{about}\n#ifndef SYNFIRE_H\n#define SYNFIRE_H\n\n#include <stddef.h>\n#include <stdint.h>\n\n#ifdef __cplusplus\n\
         extern \"C\" {{\n#endif\n\n#define SYNFIRE_MAGIC UINT64_C(0x{MAGIC:016x})\n#define SYNFIRE_MAJOR {MAJOR}\n#define \
         SYNFIRE_MINOR {MINOR}\n"
    );
    header::text(ITEMS, &head, TAIL)
}

/// What follows the definitions in the header.
const TAIL: &str = r#"
// A string literal as a text.
#define SYNFIRE_TEXT(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }

#ifdef _WIN32
#define SYNFIRE_EXPORT __declspec(dllexport)
#else
#define SYNFIRE_EXPORT __attribute__((visibility("default")))
#endif

// The one function that a plugin exports.
SYNFIRE_EXPORT const synfire_descriptor *synfire_plugin(void);

#ifdef __cplusplus
}
#endif

#endif
"#;
