// A plugin that is right but for one thing, which the compiler is told by a definition.

#include <string.h>

#include "synfire.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

#ifndef DEFAULT
#define DEFAULT 10.0
#endif
#ifndef BOUND
#define BOUND SYNFIRE_BOUND_POSITIVE
#endif
#ifndef NAME
#define NAME "decay"
#endif
#ifndef SECOND
#define SECOND "v_th"
#endif
#ifndef VARIABLE
#define VARIABLE "v"
#endif
#ifndef OP
#define OP SYNFIRE_OP_DIV
#endif
#ifndef OPERAND
#define OPERAND 1
#endif
#ifndef RESULT
#define RESULT 3
#endif
#ifndef RESULTS
#define RESULTS 1
#endif
#ifndef INTEGRATOR
#define INTEGRATOR "euler"
#endif
#ifndef DERIVATIVE
#define DERIVATIVE &derivative
#endif
#ifndef MAKE
#define MAKE make
#endif
#ifndef STATES
#define STATES 1
#endif
#ifndef NEURONS
#define NEURONS neurons
#endif
#ifndef NEURON_COUNT
#define NEURON_COUNT 1
#endif
#ifndef MAGIC
#define MAGIC SYNFIRE_MAGIC
#endif
#ifndef MAJOR
#define MAJOR SYNFIRE_MAJOR
#endif
#ifndef MINOR
#define MINOR SYNFIRE_MINOR
#endif
#ifndef SIZES
#define SIZES SYNFIRE_SIZES
#endif
#ifndef OPEN
#define OPEN open_tables
#endif
#ifndef DESCRIPTOR
#define DESCRIPTOR &descriptor
#endif
#ifndef ENTRY
#define ENTRY synfire_plugin
#endif
#ifndef OPENED
#define OPENED SYNFIRE_STATUS_OK
#endif
#ifndef ADVANCED
#define ADVANCED SYNFIRE_STATUS_OK
#endif
#ifndef SPIKES
#define SPIKES 0
#endif

static uint32_t refuse(uint32_t status, synfire_failure *failure) {
    static const char reason[] = "no more luck";
    if (status != SYNFIRE_STATUS_OK) {
        memcpy(failure->message, reason, sizeof reason - 1);
        failure->length = sizeof reason - 1;
    }
    return status;
}

static const synfire_field params[] = {
    { SYNFIRE_TEXT("tau"), SYNFIRE_TEXT("ms"), SYNFIRE_TEXT("time constant"), DEFAULT, BOUND, 0 },
    { SYNFIRE_TEXT(SECOND), SYNFIRE_TEXT("mV"), SYNFIRE_TEXT("threshold"), -50.0, SYNFIRE_BOUND_ANY, 0 },
};
static const synfire_field state[] = {
    { SYNFIRE_TEXT("v"), SYNFIRE_TEXT("mV"), SYNFIRE_TEXT("voltage"), -70.0, SYNFIRE_BOUND_ANY, 0 },
};

// v' = (i - v) / tau
static const synfire_text variables[] = { SYNFIRE_TEXT("i"), SYNFIRE_TEXT("tau"), SYNFIRE_TEXT(VARIABLE) };
static const synfire_node nodes[] = {
    { SYNFIRE_OP_VARIABLE, 1, 0, 0, 0.0 },
    { SYNFIRE_OP_VARIABLE, 2, 0, 0, 0.0 },
    { SYNFIRE_OP_NEG, OPERAND, 0, 0, 0.0 },
    { OP, 2, 0, 0, 0.0 },
};
static const synfire_output outputs[] = { { SYNFIRE_TEXT("v"), RESULT } };
static const synfire_graph derivative = { variables, COUNT(variables), nodes, COUNT(nodes), outputs, RESULTS };

static const synfire_text reset_variables[] = { SYNFIRE_TEXT("v") };
static const synfire_node reset_nodes[] = { { SYNFIRE_OP_VARIABLE, 0, 0, 0, 0.0 } };
static const synfire_output reset_outputs[] = { { SYNFIRE_TEXT("v"), 0 } };
static const synfire_graph reset = { reset_variables, 1, reset_nodes, 1, reset_outputs, 1 };

static uint32_t advance(const void *handle, synfire_block *block, synfire_failure *failure) {
    (void)handle;
#ifdef WILD
    ((float *)block->state[0])[block->neurons] = 1.0f;
#endif
#ifdef GREEDY
    ((float *)block->currents[0])[0] = 1.0f;
#endif
#ifdef NOT_A_NUMBER
    ((float *)block->state[0])[3] = 0.0f / (float)(block->neurons - block->neurons);
#endif
    block->spike_count = SPIKES;
    return refuse(ADVANCED, failure);
}

static uint32_t make(const void *context, const synfire_request *request, synfire_kernel *kernel,
                     synfire_failure *failure) {
    (void)context, (void)request, (void)failure;
    kernel->advance = advance;
    return SYNFIRE_STATUS_OK;
}

#define NEURON \
    { \
        .name = SYNFIRE_TEXT(NAME), .doc = SYNFIRE_TEXT("Decays."), .input = SYNFIRE_TEXT("pA"), \
        .integrator = SYNFIRE_TEXT(INTEGRATOR), .params = params, .param_count = COUNT(params), .state = state, \
        .state_count = STATES, .derivative = DERIVATIVE, .reset = &reset, .make = MAKE, \
    }

static const synfire_neuron neurons[] = { NEURON, NEURON };

static uint32_t open_tables(synfire_tables *tables, synfire_failure *failure) {
    tables->neurons = NEURONS;
    tables->neuron_count = NEURON_COUNT;
    return refuse(OPENED, failure);
}

// So that nothing is unused, whatever is defined.
const void *synfire_all[] = { neurons, &derivative };
uint32_t (*const synfire_functions[])(synfire_tables *, synfire_failure *) = { open_tables };
synfire_make_function const synfire_make = make;

static const uint32_t sizes[] = SIZES;
static const synfire_descriptor descriptor = {
    .magic = MAGIC,
    .major = MAJOR,
    .minor = MINOR,
    .sizes = sizes,
    .size_count = COUNT(sizes),
    .name = SYNFIRE_TEXT("hostile"),
    .version = SYNFIRE_TEXT("1.0"),
    .open = OPEN,
};
const synfire_descriptor *const synfire_descriptor_here = &descriptor;

SYNFIRE_EXPORT const synfire_descriptor *ENTRY(void);
const synfire_descriptor *ENTRY(void) {
    return DESCRIPTOR;
}
