//! Ion channels, one file each: gates, current, units, source. Neurons are assembled from them.

ecs_core::register!(ChannelModel: k_hh, k_traub, leak, leak_cell, na_hh, na_traub);
