//! Methods to have the gradient of a network, one file each. To add one, write its file and its name in this list.

ecs_core::register!(MethodModel: bptt, d_rtrl, e_prop, es_d_rtrl);
