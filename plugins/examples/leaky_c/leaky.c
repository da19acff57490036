// Leaky integrate-and-fire neuron in C, advanced by forward Euler.
//
//     v' = (e_l - v) / tau_m + (i_e + i) / c_m      v >= v_th  =>  v <- v_reset, held for t_ref
//
// Source: Brette et al. (2007), J. Comput. Neurosci. 23, appendix 2, https://doi.org/10.1007/s10827-007-0038-6.
//
//     cc -std=c99 -O3 -fPIC -shared -I plugins/abi plugins/examples/leaky_c/leaky.c -o leaky.so

#include <math.h>
#include <string.h>

#include "synfire.h"

enum { E_L, C_M, TAU_M, V_TH, V_RESET, T_REF, I_E, PARAMS };

#define FIELD(name, unit, doc, value, bound, held) \
    { SYNFIRE_TEXT(name), SYNFIRE_TEXT(unit), SYNFIRE_TEXT(doc), value, SYNFIRE_BOUND_##bound, held }

static const synfire_field params[PARAMS] = {
    FIELD("e_l", "mV", "resting potential", -70.0, ANY, 0),
    FIELD("c_m", "pF", "membrane capacitance", 250.0, POSITIVE, 0),
    FIELD("tau_m", "ms", "membrane time constant", 10.0, POSITIVE, 0),
    FIELD("v_th", "mV", "threshold", -55.0, ANY, 0),
    FIELD("v_reset", "mV", "voltage after a spike", -70.0, ANY, 0),
    FIELD("t_ref", "ms", "refractory period", 2.0, NON_NEGATIVE, 0),
    FIELD("i_e", "pA", "constant current", 0.0, ANY, 0),
};

static const synfire_field state[] = { FIELD("v", "mV", "membrane voltage", -70.0, ANY, 1) };

// Graphs: nodes first name their variables, then compute; the last one is the result.

#define VARIABLE(index) { SYNFIRE_OP_VARIABLE, index, 0, 0, 0.0 }
#define APPLY(op, a, b) { SYNFIRE_OP_##op, a, b, 0, 0.0 }
#define COUNT(list) (sizeof(list) / sizeof *(list))
#define GRAPH(name, result) \
    static const synfire_output name##_outputs[] = { { SYNFIRE_TEXT(result), COUNT(name##_nodes) - 1 } }; \
    static const synfire_graph name = { name##_variables, COUNT(name##_variables), name##_nodes, COUNT(name##_nodes), \
                                        name##_outputs, 1 }

static const synfire_text derivative_variables[] = { SYNFIRE_TEXT("e_l"), SYNFIRE_TEXT("v"), SYNFIRE_TEXT("tau_m"),
                                                     SYNFIRE_TEXT("i_e"), SYNFIRE_TEXT("i"), SYNFIRE_TEXT("c_m") };
static const synfire_node derivative_nodes[] = {
    VARIABLE(0), VARIABLE(1), VARIABLE(2), VARIABLE(3), VARIABLE(4), VARIABLE(5),
    APPLY(SUB, 0, 1), APPLY(DIV, 6, 2), APPLY(ADD, 3, 4), APPLY(DIV, 8, 5), APPLY(ADD, 7, 9),
};
GRAPH(derivative, "v");

static const synfire_text condition_variables[] = { SYNFIRE_TEXT("v"), SYNFIRE_TEXT("v_th") };
static const synfire_node condition_nodes[] = { VARIABLE(0), VARIABLE(1), APPLY(SUB, 0, 1) };
GRAPH(condition, "");

static const synfire_text reset_variables[] = { SYNFIRE_TEXT("v_reset") };
static const synfire_node reset_nodes[] = { VARIABLE(0) };
GRAPH(reset, "v");

static const synfire_text refractory_variables[] = { SYNFIRE_TEXT("t_ref") };
static const synfire_node refractory_nodes[] = { VARIABLE(0) };
GRAPH(refractory, "");

// The loop over neurons, once for each type of number.
#define ADVANCE(function, real) \
    static uint32_t function(const void *handle, synfire_block *block, synfire_failure *failure) { \
        (void)handle, (void)failure; \
        real *v = block->state[0], *left = block->refractory, *saved = block->saved; \
        const real *current = block->currents[0], *conductance = block->conductances[0], *jump = block->jump; \
        const real dt = (real)block->dt; \
        if (block->save && saved) \
            memcpy(saved, v, block->neurons * sizeof *v); \
        for (size_t k = 0; k < block->neurons; k++) { \
            real p[PARAMS]; \
            for (int j = 0; j < PARAMS; j++) \
                p[j] = ((const real *)block->params[j].data)[k * block->params[j].stride]; \
            int is_free = left[k] <= (real)0.5; \
            real start = v[k] + jump[k]; \
            real i = current[k] - (block->conducts ? conductance[k] * start : 0); \
            real moved = start + ((p[E_L] - start) / p[TAU_M] + (p[I_E] + i) / p[C_M]) * dt; \
            int fired = is_free && moved >= p[V_TH]; \
            v[k] = fired ? p[V_RESET] : is_free ? moved : v[k]; \
            left[k] = fired ? p[T_REF] / dt : left[k] > 1 ? left[k] - 1 : 0; \
            if (fired) \
                block->spikes[block->spike_count++] = block->first + (uint32_t)k; \
            if (!isfinite(v[k]) && !block->bad) { \
                block->bad = 1; \
                block->bad_neuron = block->first + (uint32_t)k; \
                block->bad_last = saved ? saved[k] : 0; \
            } \
        } \
        return SYNFIRE_STATUS_OK; \
    }

ADVANCE(advance_single, float)
ADVANCE(advance_double, double)

static uint32_t make(const void *context, const synfire_request *request, synfire_kernel *kernel,
                     synfire_failure *failure) {
    static const char euler[] = "euler";
    (void)context, (void)failure;
    if (request->integrator.length != sizeof euler - 1 || memcmp(request->integrator.data, euler, sizeof euler - 1))
        return SYNFIRE_STATUS_UNSUPPORTED;
    kernel->advance = request->precision == SYNFIRE_PRECISION_SINGLE ? advance_single : advance_double;
    return SYNFIRE_STATUS_OK;
}

static const synfire_neuron neuron = {
    .name = SYNFIRE_TEXT("leaky_c"),
    .doc = SYNFIRE_TEXT("Leaky integrate-and-fire neuron in C, advanced by forward Euler."),
    .input = SYNFIRE_TEXT("pA"),
    .integrator = SYNFIRE_TEXT("euler"),
    .params = params,
    .param_count = PARAMS,
    .state = state,
    .state_count = 1,
    .derivative = &derivative,
    .condition = &condition,
    .reset = &reset,
    .refractory = &refractory,
    .make = make,
};

static uint32_t open_tables(synfire_tables *tables, synfire_failure *failure) {
    (void)failure;
    tables->neurons = &neuron;
    tables->neuron_count = 1;
    return SYNFIRE_STATUS_OK;
}

static const uint32_t sizes[] = SYNFIRE_SIZES;

static const synfire_descriptor descriptor = {
    .magic = SYNFIRE_MAGIC,
    .major = SYNFIRE_MAJOR,
    .minor = SYNFIRE_MINOR,
    .sizes = sizes,
    .size_count = COUNT(sizes),
    .name = SYNFIRE_TEXT("leaky_c"),
    .version = SYNFIRE_TEXT("1.0"),
    .open = open_tables,
};

const synfire_descriptor *synfire_plugin(void) {
    return &descriptor;
}
