// The C interface between Synfire and a plugin in a shared library. synfire.h is made from this file.
//
// What happens, in order:
//
// 1. The host opens the library and calls ENTRY, which gives the Descriptor: magic, version, sizes, name.
// 2. The host compares all of that with its own and calls nothing more where anything differs.
// 3. Open gives the Tables. They and all they point to stay as they are until the program ends.
// 4. Building a network calls Make, Linear, Check, Connect and Start.
// 5. Each step calls Run, Deliver and Advance, from several threads where data do not overlap.
// 6. At the end of a run come Release and Finish.
//
// Every function returns a code of status and leaves its reason in a Failure. Nothing may unwind or jump out of it.
//
// Version: a change that an older plugin cannot know of raises MAJOR; structures and codes added at an end raise
// MINOR. A host takes plugins of its own major version and of a minor version up to its own.

#ifndef SYNFIRE_H
#define SYNFIRE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SYNFIRE_MAGIC UINT64_C(0x00455249464e5953)
#define SYNFIRE_MAJOR 1
#define SYNFIRE_MINOR 1

// What a function returns.
enum {
    // Done.
    SYNFIRE_STATUS_OK = 0,
    // Not done, for the reason given.
    SYNFIRE_STATUS_FAILED = 1,
    // A panic was caught; the reason given is its message.
    SYNFIRE_STATUS_PANICKED = 2,
    // There is no such thing, which is no error: a kernel for an integrator that does not apply.
    SYNFIRE_STATUS_UNSUPPORTED = 3,
};

// A string in UTF-8, not terminated.
typedef struct synfire_text {
    // Its bytes; may be null where `length` is 0.
    const uint8_t *data;
    // Bytes.
    size_t length;
} synfire_text;

// Where a function says why it failed.
typedef struct synfire_failure {
    // Room for the reason, in UTF-8.
    uint8_t *message;
    // Bytes of room.
    size_t capacity;
    // Bytes written, by the plugin.
    size_t length;
} synfire_failure;

// What a parameter may be.
enum {
    // Any finite number.
    SYNFIRE_BOUND_ANY = 0,
    // Above zero.
    SYNFIRE_BOUND_POSITIVE = 1,
    // Zero or above.
    SYNFIRE_BOUND_NON_NEGATIVE = 2,
    // From zero to one.
    SYNFIRE_BOUND_FRACTION = 3,
};

// A row of a table of parameters or state variables.
typedef struct synfire_field {
    // Symbol, which is also the key in a scenario.
    synfire_text name;
    // Unit of the value in the equations; empty for a bare number.
    synfire_text unit;
    // What it is.
    synfire_text doc;
    // Value where the scenario gives none. Connectors and rules of plasticity may say NaN: it must be given.
    double default_value;
    // A code of `bound`.
    uint32_t bound;
    // State variables: 1 where it is held while the neuron is refractory.
    uint32_t held;
} synfire_field;

// What a node of a graph does with its operands `a`, `b`, `c`.
enum {
    // The number `literal`.
    SYNFIRE_OP_LITERAL = 0,
    // The variable of index `a`.
    SYNFIRE_OP_VARIABLE = 1,
    // -a
    SYNFIRE_OP_NEG = 2,
    // a + b
    SYNFIRE_OP_ADD = 3,
    // a - b
    SYNFIRE_OP_SUB = 4,
    // a b
    SYNFIRE_OP_MUL = 5,
    // a / b
    SYNFIRE_OP_DIV = 6,
    // e^a
    SYNFIRE_OP_EXP = 7,
    // e^a - 1
    SYNFIRE_OP_EXPM1 = 8,
    // Natural logarithm of a.
    SYNFIRE_OP_LN = 9,
    // Square root of a.
    SYNFIRE_OP_SQRT = 10,
    // Hyperbolic tangent of a.
    SYNFIRE_OP_TANH = 11,
    // Absolute value of a.
    SYNFIRE_OP_ABS = 12,
    // The smaller of a and b.
    SYNFIRE_OP_MIN = 13,
    // The larger of a and b.
    SYNFIRE_OP_MAX = 14,
    // 1 where a >= 0, else 0; its derivative is the surrogate.
    SYNFIRE_OP_SPIKE = 15,
    // b where a is not 0, else c.
    SYNFIRE_OP_SELECT = 16,
    // (e^a - 1) / a, 1 at 0.
    SYNFIRE_OP_EXPREL = 17,
    // a / (e^a - 1), 1 at 0.
    SYNFIRE_OP_EXPRELR = 18,
};

// A node of a graph.
typedef struct synfire_node {
    // A code of `op`.
    uint32_t op;
    // First operand: the index of an earlier node.
    uint32_t a;
    // Second operand.
    uint32_t b;
    // Third operand.
    uint32_t c;
    // The number of a literal.
    double literal;
} synfire_node;

// A result of a graph.
typedef struct synfire_output {
    // What it is: for a list of state variables, the name of one.
    synfire_text name;
    // The node that computes it.
    uint32_t node;
} synfire_output;

// A computation as data, from which derivatives, text and code for other devices are made.
typedef struct synfire_graph {
    // Names of the variables: parameters, state variables, and those that the use of the graph adds.
    const synfire_text *variables;
    // Variables.
    size_t variable_count;
    // Nodes, operands before users.
    const synfire_node *nodes;
    // Nodes.
    size_t node_count;
    // Results, in table order.
    const synfire_output *outputs;
    // Results.
    size_t output_count;
} synfire_graph;

// A parameter in a block: that of neuron k is number `k * stride` of `data`.
typedef struct synfire_column {
    // Numbers.
    const void *data;
    // 1 where each neuron has its own, 0 where all share the first.
    size_t stride;
} synfire_column;

// A receptor of one state variable that is advanced in the same pass as the neurons. For each neuron and in this order:
// value += count weight; input i += value current, g += value conductance; value *= decay; count = 0.
typedef struct synfire_lane {
    // Synaptic value, one number for each neuron.
    void *value;
    // Spikes that arrived, one byte for each neuron; to be cleared.
    uint8_t *count;
    // What a spike adds to the value.
    double weight;
    // Factor from one step to the next.
    double decay;
    // Current per unit of value.
    double current;
    // Conductance per unit of value.
    double conductance;
} synfire_lane;

// Neurons to be advanced by one step. Numbers are `float` or `double`, as the kernel was made for. No two columns overlap.
typedef struct synfire_block {
    // Neurons, which is the length of each column.
    size_t neurons;
    // Index of the first neuron in its population.
    uint32_t first;
    // 1 where any conductance may differ from 0.
    uint32_t conducts;
    // Step in ms.
    double dt;
    // Parameters, in table order.
    const synfire_column *params;
    // Parameters.
    size_t param_count;
    // State variables, in table order.
    void *const *state;
    // State variables.
    size_t state_count;
    // Steps of refractoriness left.
    void *refractory;
    // Currents at the moments within the step that the integrator looks at.
    const void *currents[3];
    // Conductances at these moments.
    const void *conductances[3];
    // What is to be added to the first state variable at the start of the step.
    const void *jump;
    // Length of currents, conductances and jump: `neurons`, or 0 where lanes give the whole input.
    size_t input_count;
    // Standard normal numbers, one column after the other for each white noise.
    const void *noise;
    // Their count.
    size_t noise_count;
    // Receptors to be advanced with the neurons; there are some only for a kernel that fuses.
    synfire_lane *lanes;
    // Receptors.
    size_t lane_count;
    // Where the plugin keeps good values, `[variable, neuron]`.
    void *saved;
    // Numbers of it.
    size_t saved_count;
    // 1 where those from before this step are to be kept.
    uint32_t save;
    // Set to 1 by the plugin where a state variable stopped being finite; the three below say which.
    uint32_t bad;
    // Index in the population.
    uint32_t bad_neuron;
    // Row of the state variable.
    uint32_t bad_variable;
    // The last value of it that was kept.
    double bad_last;
    // Scratch, a byte for each neuron.
    uint8_t *marks;
    // Scratch, as many numbers as the kernel asked for.
    void *registers;
    // Their count.
    size_t register_count;
    // Where the plugin puts the neurons that fired, as indices of the population, ascending; room for `neurons`.
    uint32_t *spikes;
    // How many it put there.
    size_t spike_count;
} synfire_block;

// Ends the use of a handle.
typedef uint32_t (*synfire_release_function)(void *handle);

// Advances a block by one step: jump, integration, holding of held variables while refractory, condition, reset.
typedef uint32_t (*synfire_advance_function)(const void *handle, synfire_block *block, synfire_failure *failure);

// Type of the numbers in columns.
enum {
    // `float`
    SYNFIRE_PRECISION_SINGLE = 0,
    // `double`
    SYNFIRE_PRECISION_DOUBLE = 1,
};

// Instructions that the host chose; a kernel may use fewer.
enum {
    // What every machine of this architecture has.
    SYNFIRE_INSTRUCTIONS_BASELINE = 0,
    // AVX2.
    SYNFIRE_INSTRUCTIONS_AVX2 = 1,
    // AVX-512 F, BW, DQ and VL.
    SYNFIRE_INSTRUCTIONS_AVX512 = 2,
};

// The kernel that is asked for.
typedef struct synfire_request {
    // Name of the integrator.
    synfire_text integrator;
    // A code of `precision`.
    uint32_t precision;
    // A code of `instructions`.
    uint32_t instructions;
    // For each parameter, 1 where all neurons share it.
    const uint8_t *shared;
    // Parameters.
    size_t shared_count;
} synfire_request;

// A loop over blocks. It may be called from several threads at once, with different blocks.
typedef struct synfire_kernel {
    // Given back to `advance`.
    void *handle;
    // Advances a block.
    synfire_advance_function advance;
    // Ends the use of the handle; may be null.
    synfire_release_function release;
    // Numbers it wants in `registers` of a block.
    size_t registers;
    // 1 where it takes lanes.
    uint32_t fuses;
} synfire_kernel;

// Makes a kernel of a model, or returns `UNSUPPORTED`.
typedef uint32_t (*synfire_make_function)(const void *context, const synfire_request *request, synfire_kernel *kernel, synfire_failure *failure);

// A neuron model. Variables of its graphs are parameters and state variables by name, and those that each names.
typedef struct synfire_neuron {
    // Name in a scenario.
    synfire_text name;
    // Sentence, equations, source.
    synfire_text doc;
    // Unit of the input current.
    synfire_text input;
    // The integrator used where a scenario names none.
    synfire_text integrator;
    // Parameters.
    const synfire_field *params;
    // Parameters.
    size_t param_count;
    // State variables, the voltage first.
    const synfire_field *state;
    // State variables.
    size_t state_count;
    // Time derivative per ms, a result for each state variable; `i` is the input current.
    const synfire_graph *derivative;
    // What multiplies each white noise, per square root of ms: a graph for each, a result for each state variable.
    const synfire_graph *noise;
    // White noises.
    size_t noise_count;
    // Zero or above where the neuron fires; null for one that never does.
    const synfire_graph *condition;
    // 1 where a spike is the moment the condition becomes true, 0 where it is every step in which it holds.
    uint32_t edge;
    // State after a spike, a result for each state variable.
    const synfire_graph *reset;
    // Refractory time in ms, of parameters alone; null for none.
    const synfire_graph *refractory;
    // State one step later, for a model that states its own; `i`, `g`, `jump` and `dt` are variables. Null for others.
    const synfire_graph *step;
    // Given back to `make`.
    const void *context;
    // Makes a kernel; null where the host is to run the graphs themselves.
    synfire_make_function make;
} synfire_neuron;

// Fills the system s' = A s, s += b w, value = c s for these parameters: `a` row by row, all per ms and unit of weight.
typedef uint32_t (*synfire_linear_function)(const void *context, const double *params, size_t param_count, double *a, double *b, double *c, synfire_failure *failure);

// Synaptic dynamics.
typedef struct synfire_synapse {
    // Name in a scenario.
    synfire_text name;
    // Sentence, equations, source.
    synfire_text doc;
    // Parameters.
    const synfire_field *params;
    // Parameters.
    size_t param_count;
    // State variables: one or two, none for a synapse that moves the voltage itself.
    const synfire_field *state;
    // State variables.
    size_t state_count;
    // 1 for a synapse that moves the voltage itself.
    uint32_t jumps;
    // Given back to `linear`.
    const void *context;
    // Its system.
    synfire_linear_function linear;
} synfire_synapse;

// An ion channel. Variables of its graphs are parameters, gates and the voltage `v`.
typedef struct synfire_channel {
    // Name in a scenario.
    synfire_text name;
    // Sentence, equations, source.
    synfire_text doc;
    // Parameters.
    const synfire_field *params;
    // Parameters.
    size_t param_count;
    // Gates.
    const synfire_field *state;
    // Gates.
    size_t state_count;
    // Time derivative of the gates per ms, a result for each; null for a channel without gates.
    const synfire_graph *derivative;
    // Current out of the cell.
    const synfire_graph *current;
    // Unit of the current.
    synfire_text unit;
} synfire_channel;

// Short-term plasticity. Variables of its graph are parameters, state variables, and `elapsed`: ms since the last spike.
typedef struct synfire_short_term {
    // Name in a scenario.
    synfire_text name;
    // Sentence, equations, source.
    synfire_text doc;
    // Parameters.
    const synfire_field *params;
    // Parameters.
    size_t param_count;
    // State variables of a sender.
    const synfire_field *state;
    // State variables.
    size_t state_count;
    // What weights are multiplied by for a spike, then what it leaves of each state variable.
    const synfire_graph *spike;
} synfire_short_term;

// Long-term plasticity. No two parameters, traces or state variables have one name, and none is named `w`, `elapsed`,
// `level`, `v`, `dt` or `seen`. A graph without results may be null.
typedef struct synfire_plasticity {
    // Name in a scenario.
    synfire_text name;
    // Sentence, equations, source.
    synfire_text doc;
    // Parameters.
    const synfire_field *params;
    // Parameters.
    size_t param_count;
    // Traces of the sender.
    const synfire_field *pre;
    // Traces of the sender.
    size_t pre_count;
    // Traces of the receiver.
    const synfire_field *post;
    // Traces of the receiver.
    size_t post_count;
    // State variables of a synapse besides its weight.
    const synfire_field *state;
    // State variables.
    size_t state_count;
    // Time derivative per ms of each trace of the sender: a constant times itself.
    const synfire_graph *pre_derivative;
    // The same for the receiver.
    const synfire_graph *post_derivative;
    // Each trace of the sender after a spike of its own.
    const synfire_graph *pre_jump;
    // The same for the receiver.
    const synfire_graph *post_jump;
    // Weight and each state variable after a spike of the sender; `w` is the weight, traces are those before the spike.
    const synfire_graph *on_pre;
    // The same for a spike of the receiver.
    const synfire_graph *on_post;
    // Weight and each state variable after `elapsed` ms without spikes, at whose beginning the level of the modulator was `level`; null where nothing changes.
    const synfire_graph *between;
    // Unit of the level.
    synfire_text level_unit;
    // Time derivative per ms of `level`: a constant times itself; null without a modulator, which needs `between`.
    const synfire_graph *level_derivative;
    // What a spike of the modulator adds, of parameters alone; null without one.
    const synfire_graph *level_jump;
    // Each trace of the receiver after a step of `dt` ms at whose end its voltage is `v`, then a number above 0 where synapses see that step as they see a spike; null for a rule that looks at spikes.
    const synfire_graph *follow;
} synfire_plasticity;

// What a scenario says of a projection. Neurons are indices of their populations.
typedef struct synfire_plan {
    // First neuron it comes from.
    uint64_t pre_first;
    // Behind the last neuron it comes from.
    uint64_t pre_end;
    // First neuron it goes to.
    uint64_t post_first;
    // Behind the last neuron it goes to.
    uint64_t post_end;
    // Neurons of the population it comes from.
    uint64_t pre_size;
    // Neurons of the population it goes to.
    uint64_t post_size;
    // Weight, in the unit of the synapse; NaN where each synapse draws its own.
    double weight;
    // Delay in ms; NaN where each synapse draws its own.
    double delay;
    // Step in ms.
    double dt;
    // Seed of the run.
    uint64_t seed;
    // Identifies the projection among the streams of random numbers.
    uint32_t stream;
    // 1 where both populations are one.
    uint32_t recurrent;
    // Parameters of the rule, in table order.
    const double *params;
    // Parameters.
    size_t param_count;
    // First neuron of each shard of the population it goes to, and its size at the end.
    const uint32_t *bounds;
    // Shards and one.
    size_t bound_count;
} synfire_plan;

// What a projection will cost.
typedef struct synfire_cost {
    // Synapses expected.
    double synapses;
    // Bytes expected.
    double bytes;
} synfire_cost;

// Refuses what is impossible, before anything is built, and estimates the rest.
typedef uint32_t (*synfire_check_function)(const void *context, const synfire_plan *plan, synfire_cost *cost, synfire_failure *failure);

// Takes synapses for the host to store, in any order. `weight` and `delay` (in ms) may be null: then the plan's are used.
typedef uint32_t (*synfire_push_function)(void *sink, const uint32_t *pre, const uint32_t *post, const double *weight, const double *delay, size_t count);

// Where to put synapses. Neurons count from the first of the plan's ranges; all calls agree on which columns are null.
typedef struct synfire_edges {
    // Given back to `push`.
    void *sink;
    // Takes synapses.
    synfire_push_function push;
} synfire_edges;

// What cells of a target are.
enum {
    // `uint8_t`: spikes are counted.
    SYNFIRE_INBOX_COUNT8 = 0,
    // `uint16_t`: spikes are counted.
    SYNFIRE_INBOX_COUNT16 = 1,
    // `float`: weights are summed.
    SYNFIRE_INBOX_SUM32 = 2,
    // `double`: weights are summed.
    SYNFIRE_INBOX_SUM64 = 3,
};

// A ring of what arrives for the neurons of a shard, `[slot, neuron]`.
typedef struct synfire_target {
    // Its cells.
    void *cells;
    // A code of `inbox`.
    uint32_t inbox;
    // Index in the population of the first neuron.
    uint32_t first;
    // Neurons.
    size_t neurons;
    // Slots.
    size_t slots;
    // The slot that is read in this step; k steps ahead is `(slot + k) % slots`.
    size_t slot;
    // Which of the plan's shards it is.
    size_t shard;
} synfire_target;

// Adds what spikes cause to a shard of the post-neurons; spikes ascend and may lie outside of the plan's range.
typedef uint32_t (*synfire_deliver_function)(const void *handle, const uint32_t *spikes, size_t spike_count, const synfire_target *target, synfire_failure *failure);

// Adds the product of the weights, or their transpose, with `from` to `to`; both are whole populations.
typedef uint32_t (*synfire_product_function)(const void *handle, const float *from, size_t from_count, float *to, size_t to_count, synfire_failure *failure);

// Takes gradients of weights.
typedef uint32_t (*synfire_add_function)(void *sink, const uint64_t *synapses, const float *gradients, size_t count);

// Hands pre times post of every synapse to `add`; synapses are numbered in the order of (pre, post).
typedef uint32_t (*synfire_gradient_function)(const void *handle, const float *pre, size_t pre_count, const float *post, size_t post_count, void *sink, synfire_add_function add, synfire_failure *failure);

// The matrix of a projection and the facts known of it. It may be called from several threads, with different shards.
typedef struct synfire_operator {
    // Given back to all its functions.
    void *handle;
    // Ends the use of the handle; may be null.
    synfire_release_function release;
    // Spikes to targets.
    synfire_deliver_function deliver;
    // post += transpose(W) pre.
    synfire_product_function forward;
    // pre += W post.
    synfire_product_function transposed;
    // Gradient of the weights.
    synfire_gradient_function gradient;
    // Synapses.
    uint64_t synapses;
    // Bytes held.
    uint64_t bytes;
    // The most synapses that end on one neuron: cells that count are chosen to hold so many.
    uint64_t most_per_neuron;
    // The weight where all synapses share one, else NaN.
    double shared_weight;
    // Steps between a spike and its effect, at least 1; where synapses differ, the longest.
    uint32_t delay;
    // 1 where synapses have delays of their own: the target then has `delay` + 1 slots, spikes come one step after they were fired, and a delay of k steps belongs k - 1 slots ahead.
    uint32_t own_delays;
} synfire_operator;

// Builds a projection: either hands all its synapses to `edges`, or fills `operator`, whose `deliver` is null before.
typedef uint32_t (*synfire_connect_function)(const void *context, const synfire_plan *plan, const synfire_edges *edges, synfire_operator *operator, synfire_failure *failure);

// A rule that says who is connected to whom.
typedef struct synfire_connector {
    // Name in a scenario.
    synfire_text name;
    // Sentence, rule, source.
    synfire_text doc;
    // Parameters.
    const synfire_field *params;
    // Parameters.
    size_t param_count;
    // Given back to its functions.
    const void *context;
    // Refuses or estimates.
    synfire_check_function check;
    // Builds.
    synfire_connect_function connect;
} synfire_connector;

// The parts of a step, in order.
enum {
    // Environments act and markers are set.
    SYNFIRE_PHASE_CONTROL = 0,
    // Stimuli write currents and events.
    SYNFIRE_PHASE_STIMULATE = 1,
    // Spikes reach their targets.
    SYNFIRE_PHASE_DELIVER = 2,
    // Receptors and neurons advance.
    SYNFIRE_PHASE_INTEGRATE = 3,
    // The spikes of the step become known.
    SYNFIRE_PHASE_FIRE = 4,
    // Systems react to them.
    SYNFIRE_PHASE_PROPAGATE = 5,
    // Plasticity.
    SYNFIRE_PHASE_LEARN = 6,
    // Recorders read spikes and state.
    SYNFIRE_PHASE_RECORD = 7,
};

// A column that a system works on.
typedef struct synfire_access {
    // Name of a state variable of the model.
    synfire_text column;
    // 1 where it is written.
    uint32_t write;
} synfire_access;

// The population that a system is started for.
typedef struct synfire_place {
    // Its name.
    synfire_text population;
    // Its neurons.
    size_t neurons;
    // Step in ms.
    double dt;
    // Seed of the run.
    uint64_t seed;
    // Parameters of the system, in table order.
    const double *params;
    // Parameters.
    size_t param_count;
} synfire_place;

// A step.
typedef struct synfire_moment {
    // Its number, from 0.
    uint64_t step;
    // Its length in ms; it starts at `step` times this.
    double dt;
    // Spikes of the population: those of this step from phase `PROPAGATE` on, before it those of the step before.
    const uint32_t *spikes;
    // Their count.
    size_t spike_count;
} synfire_moment;

// A column of a population.
typedef struct synfire_slice {
    // One number for each neuron; not to be written unless the system said so.
    float *data;
    // Neurons.
    size_t length;
} synfire_slice;

// Starts a system for a population.
typedef uint32_t (*synfire_start_function)(const void *context, const synfire_place *place, void **instance, synfire_failure *failure);

// Runs a system for one step; columns come in the order in which it names them.
typedef uint32_t (*synfire_run_function)(void *instance, const synfire_moment *moment, const synfire_slice *columns, size_t column_count, synfire_failure *failure);

// Ends a system for a population: what it holds is written and freed.
typedef uint32_t (*synfire_finish_function)(void *instance, synfire_failure *failure);

// Something that happens in every step for each population that it fits. A recorder is a system of phase `RECORD`, which
// reads the step's spikes.
typedef struct synfire_system {
    // Name in a scenario.
    synfire_text name;
    // Sentence, equations, source.
    synfire_text doc;
    // Parameters.
    const synfire_field *params;
    // Parameters.
    size_t param_count;
    // A code of `phase`.
    uint32_t phase;
    // The population it is for; empty for all.
    synfire_text population;
    // The model of the populations it is for; empty for all.
    synfire_text model;
    // The columns it reads and writes.
    const synfire_access *columns;
    // Columns.
    size_t column_count;
    // Given back to `start`.
    const void *context;
    // Starts it.
    synfire_start_function start;
    // Runs it.
    synfire_run_function run;
    // Ends it.
    synfire_finish_function finish;
} synfire_system;

// All that a plugin brings.
typedef struct synfire_tables {
    // Neuron models.
    const synfire_neuron *neurons;
    // Their count.
    size_t neuron_count;
    // Synaptic dynamics.
    const synfire_synapse *synapses;
    // Their count.
    size_t synapse_count;
    // Ion channels.
    const synfire_channel *channels;
    // Their count.
    size_t channel_count;
    // Connectivity rules.
    const synfire_connector *connectors;
    // Their count.
    size_t connector_count;
    // Systems.
    const synfire_system *systems;
    // Their count.
    size_t system_count;
    // Rules of short-term plasticity.
    const synfire_short_term *short_terms;
    // Their count.
    size_t short_term_count;
    // Rules of long-term plasticity.
    const synfire_plasticity *plasticities;
    // Their count.
    size_t plasticity_count;
} synfire_tables;

// Fills the tables. Called once.
typedef uint32_t (*synfire_open_function)(synfire_tables *tables, synfire_failure *failure);

// What a plugin is. The first three rows never change their place.
typedef struct synfire_descriptor {
    // `MAGIC`.
    uint64_t magic;
    // `MAJOR` of the interface that the plugin was built against.
    uint32_t major;
    // `MINOR` of it.
    uint32_t minor;
    // Size of each structure, in the order of this file.
    const uint32_t *sizes;
    // Structures.
    size_t size_count;
    // Name of the plugin.
    synfire_text name;
    // Version of the plugin.
    synfire_text version;
    // Gives the tables.
    synfire_open_function open;
} synfire_descriptor;

// What the row `sizes` of a descriptor points to.
#define SYNFIRE_SIZES { \
    sizeof(synfire_text), \
    sizeof(synfire_failure), \
    sizeof(synfire_field), \
    sizeof(synfire_node), \
    sizeof(synfire_output), \
    sizeof(synfire_graph), \
    sizeof(synfire_column), \
    sizeof(synfire_lane), \
    sizeof(synfire_block), \
    sizeof(synfire_request), \
    sizeof(synfire_kernel), \
    sizeof(synfire_neuron), \
    sizeof(synfire_synapse), \
    sizeof(synfire_channel), \
    sizeof(synfire_short_term), \
    sizeof(synfire_plasticity), \
    sizeof(synfire_plan), \
    sizeof(synfire_cost), \
    sizeof(synfire_edges), \
    sizeof(synfire_target), \
    sizeof(synfire_operator), \
    sizeof(synfire_connector), \
    sizeof(synfire_access), \
    sizeof(synfire_place), \
    sizeof(synfire_moment), \
    sizeof(synfire_slice), \
    sizeof(synfire_system), \
    sizeof(synfire_tables), \
    sizeof(synfire_descriptor), \
}

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
