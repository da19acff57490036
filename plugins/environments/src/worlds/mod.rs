//! Worlds that live inside the program, one file each. To add one, write its file and its name in this list.

ecs_core::register!(EnvironmentModel: cartpole);

mod pcg;
