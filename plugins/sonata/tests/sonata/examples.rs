//! Every example parses as far as its files go, with the counts that h5py finds.

use crate::data::example;
use sonata::{Circuit, Column, Components, Selection, Value, hdf5, read_edges, read_nodes, read_spikes};

/// The tables of spikes were written in decimal, from f64 that came about in another way.
const ROUNDING_MS: f64 = 1e-9;

fn sizes(circuit: &Circuit) -> Vec<(&str, usize)> {
    circuit.populations.iter().map(|population| (population.name.as_str(), population.size)).collect()
}

fn edge_counts(circuit: &Circuit) -> Vec<usize> {
    circuit.projections.iter().map(|edges| edges.weight.len()).collect()
}

fn cells(selections: &[Selection]) -> Vec<(&str, &[u32])> {
    selections.iter().map(|one| (one.population.as_str(), one.node_ids.as_slice())).collect()
}

#[test]
fn intfire_has_its_cells_edges_and_inputs() {
    let Some(config) = example("300_intfire/config.json") else { return };
    let circuit = Circuit::read(&config).unwrap();
    assert_eq!(sizes(&circuit), [("v1", 300), ("lgn", 90), ("tw", 30)]);
    assert_eq!(edge_counts(&circuit), [61_560, 17_160, 9_000]);

    let groups = &circuit.population("v1").unwrap().groups;
    assert_eq!(groups.iter().map(|group| group.node_ids.len()).collect::<Vec<_>>(), [240, 60]);
    assert!(groups.iter().all(|group| group.template_among(&["nrn:IntFire1"]).is_ok()));
    assert!(groups[0].parameters["tau"].iter().all(|tau| *tau == 0.024));
    assert!(groups[1].parameters["tau"].iter().all(|tau| *tau == 0.007));
    assert_eq!(groups[0].labels["type"], "NEURON_IntFire1");
    assert_eq!(groups[1].attributes["model_name"], Column::Same(Value::Text("LIF_inh".into())));
    assert!(circuit.population("lgn").unwrap().is_virtual());

    let v1 = &circuit.projections[0];
    let sign: Vec<f64> = v1.types.iter().map(|edge_type| edge_type.sign).collect();
    assert_eq!((sign, &v1.defaulted), (vec![-1.0, -1.0, 1.0, 1.0], &vec![]));
    assert_eq!((v1.source_ids[0], v1.target_ids[0], v1.weight[0], v1.delay_ms[0]), (0, 1, 0.002 * 10.0, 2.0));
    assert_eq!((circuit.run.tstop_ms, circuit.run.dt_ms), (3000.0, 0.1));
    assert_eq!(circuit.run.conditions["celsius"], 34.0);

    let counts: Vec<_> =
        circuit.inputs.iter().map(|input| (input.population.as_str(), input.times_ms.len())).collect();
    assert_eq!(counts, [("lgn", 2_738), ("tw", 295)]);
    assert!(circuit.inputs.iter().all(|input| input.times_ms.is_sorted()));
    assert!(circuit.output.output_dir.unwrap().ends_with("300_intfire/output"));
}

#[test]
fn a_pair_of_configurations_is_the_same_circuit() {
    let Some(config) = example("300_intfire/config.json") else { return };
    let pair = Circuit::read_pair(
        &config.with_file_name("circuit_config.json"),
        &config.with_file_name("simulation_config.json"),
    );
    assert_eq!(Circuit::read(&config).unwrap(), pair.unwrap());
}

#[test]
fn pointneurons_have_five_types_and_weights_of_their_own() {
    // This simulation configuration names its network itself.
    let Some(config) = example("300_pointneurons/simulation_config.json") else { return };
    let circuit = Circuit::read(&config).unwrap();
    assert_eq!(sizes(&circuit), [("internal", 300), ("external", 100)]);
    assert_eq!(edge_counts(&circuit), [27_588, 20_844]);
    let groups = &circuit.populations[0].groups;
    assert_eq!(groups.len(), 5);
    let pv2 = groups.iter().find(|group| group.node_type_id == 104).unwrap();
    assert_eq!((pv2.parameters["C_m"][0], pv2.parameters["V_reset"][0]), (78.0, -55.0));
    assert_eq!(circuit.projections[0].weight[0], 2.5);
    assert!(circuit.projections[0].weight.iter().any(|weight| *weight < 0.0));
    assert_eq!(circuit.projections[1].defaulted, ["delay"]);
    assert_eq!(circuit.inputs[0].times_ms.len(), 4_334);
    assert_eq!(cells(&circuit.reports[0].cells), [("internal", [0, 80, 160, 240, 270].as_slice())]);
    assert_eq!(circuit.run.target_simulator.as_deref(), Some("NEST"));
}

#[test]
fn biophysical_cells_keep_their_attributes() {
    let Some(config) = example("9_cells/config.json") else { return };
    let circuit = Circuit::read(&config).unwrap();
    assert_eq!(sizes(&circuit), [("cortex", 9), ("excvirt", 10), ("inhvirt", 10)]);
    assert_eq!(edge_counts(&circuit), [659, 630]);
    let group = &circuit.populations[0].groups[0];
    assert_eq!(group.model_template.as_deref(), Some("nml:nml/Cell_472363762.cell.nml"));
    assert_eq!(group.attributes["morphology"].value(0), Value::Text("Scnn1a_473845048_m".into()));
    assert_eq!(group.attributes["x"].value(1), Value::Number(1.0));
    assert!(group.parameters.is_empty() && !group.attributes.contains_key("dynamics_params"));
    let edges = &circuit.projections[0];
    assert_eq!((edges.weight[0], edges.attributes["sec_id"][0]), (0.00034, 83.0));
    assert_eq!(edges.types[0].parameters["tau2"], 3.0);
    assert_eq!(circuit.inputs.iter().map(|input| input.times_ms.len()).collect::<Vec<_>>(), [312, 285]);
    assert_eq!(circuit.reports.len(), 2);
}

#[test]
fn current_clamps_reach_the_cells_of_their_node_set() {
    let Some(config) = example("5_cells_iclamp/config.json") else { return };
    let circuit = Circuit::read(&config).unwrap();
    assert_eq!(sizes(&circuit), [("biophysical", 5)]);
    let steps: Vec<_> =
        circuit.clamps.iter().map(|clamp| (clamp.amp, clamp.delay_ms, clamp.duration_ms)).collect();
    assert_eq!(steps, [(0.15, 500.0, 500.0), (0.175, 1500.0, 500.0), (0.2, 2500.0, 500.0)]);
    assert_eq!(cells(&circuit.clamps[0].nodes), [("biophysical", [0, 1, 2, 3, 4].as_slice())]);
    let spikes = read_spikes(&config.with_file_name("output/spikes.h5")).unwrap();
    assert_eq!(spikes[0].len(), 124);
    assert_eq!(circuit.reports.len(), 3);
}

#[test]
fn the_small_simulation_tests_parse() {
    let folders: [(&str, &[usize], &[usize]); 4] = [
        ("one_cell_iclamp_nest", &[1], &[]),
        ("ten_cells_iclamp_nest", &[10], &[20]),
        ("ten_cells_spikes_nest", &[5, 5], &[14]),
        ("ten_cells_spikes_nrn", &[5, 5], &[22]),
    ];
    for (folder, nodes, edges) in folders {
        let Some(config) = example(&format!("sim_tests/intfire/{folder}/input/config.json")) else { return };
        let circuit = Circuit::read(&config).unwrap();
        let sizes: Vec<usize> = circuit.populations.iter().map(|population| population.size).collect();
        assert_eq!((sizes.as_slice(), edge_counts(&circuit).as_slice()), (nodes, edges), "{folder}");
        assert_eq!(circuit.reports.len(), 1, "{folder}");
        match folder {
            "ten_cells_iclamp_nest" => {
                assert_eq!(cells(&circuit.clamps[0].nodes)[0].1, [0, 1, 2, 3, 4]);
                assert_eq!(circuit.projections[0].weight[0], 200.0);
            }
            "ten_cells_spikes_nrn" => assert_eq!(circuit.projections[0].delay_ms[0], 0.0),
            _ => {}
        }
    }
}

#[test]
fn the_edge_index_example_lacks_what_a_projection_needs() {
    let Some(path) = example("edges/edge_index_example.h5") else { return };
    let error = read_edges(&path, None, &Components::default()).unwrap_err();
    assert_eq!(
        (error.place.as_str(), error.found.as_str()),
        ("`/edges/example/edge_type_id`", "not in the file")
    );
    let file = hdf5::open(&path).unwrap();
    assert_eq!(file.read_u32("/edges/example/source_node_id").unwrap().len(), 33);
    assert_eq!(file.read_i64("/edges/example/edge_group_id").unwrap(), [0; 33]);
    assert_eq!(file.shape("/edges/example/indices/source_to_target/node_id_to_range").unwrap(), [5, 2]);
}

#[test]
fn fixtures_have_two_groups_and_matrices() {
    let Some(folder) = example("reader_fixtures/circuit/examples") else { return };
    let components = Components {
        synaptic_models_dir: example("shared_components/synaptic_models"),
        ..Components::default()
    };
    let nodes = |name: &str| {
        let types = folder.join(format!("{name}_node_types.csv"));
        read_nodes(&folder.join(format!("{name}_nodes.h5")), Some(&types), &components).unwrap().remove(0)
    };
    let edges = |name: &str| {
        let types = folder.join(format!("{name}_edge_types.csv"));
        read_edges(&folder.join(format!("{name}_edges.h5")), Some(&types), &components).unwrap().remove(0)
    };
    let populations = [nodes("v1"), nodes("lgn")];
    assert_eq!(populations.each_ref().map(|population| population.size), [449, 9_000]);
    let intfire = populations[0].groups.iter().find(|group| group.node_type_id == 100_000_102).unwrap();
    assert!(
        intfire.attributes.contains_key("positions.2") && !intfire.attributes.contains_key("tuning_angle")
    );
    assert!(populations[0].groups[0].attributes.contains_key("tuning_angle"));

    let projections = [edges("v1_v1"), edges("lgn_v1")];
    assert_eq!(projections.each_ref().map(|edges| edges.weight.len()), [48_286, 9_034]);
    for edges in &projections {
        edges.check_ends(&populations).unwrap();
        assert_eq!(edges.defaulted, ["syn_weight"]);
    }
    assert_eq!(projections[0].weight[..3], [4.0, 4.0, 6.0]);
    let file = hdf5::open(&folder.join("gid_table.h5")).unwrap();
    assert_eq!(file.read_strings("/population_names").unwrap(), ["v1", "lgn"]);
}

#[test]
fn every_version_of_a_spike_file_has_the_same_spikes() {
    let Some(folder) = example("reader_fixtures/reports/spike_trains/spike_files") else { return };
    let read = |name: &str| read_spikes(&folder.join(name)).unwrap();
    let names = [
        "spikes.one_pop.h5",
        "spikes.h5",
        "spikes.old.h5",
        "spikes.one_pop.csv",
        "spikes.noheader.nopop.csv",
    ];
    let trains = names.map(read);
    for (train, name) in trains.iter().zip(names) {
        assert_eq!(train.len(), 1, "{name}");
        assert_eq!(train[0].len(), 124, "{name}");
        assert_eq!(train[0].node_ids, trains[0][0].node_ids, "{name}");
        let times = train[0].times_ms.iter().zip(&trains[0][0].times_ms);
        assert!(times.into_iter().all(|(a, b)| (a - b).abs() < ROUNDING_MS), "{name}");
    }
    assert_eq!(trains[0][0].population.as_deref(), Some("v1"));
    assert_eq!(trains[1][0].population, None);
    for name in ["spikes.multipop.h5", "spikes.multipop.csv"] {
        let counts: Vec<_> = read(name).into_iter().map(|train| (train.len(), train.population)).collect();
        assert_eq!(counts, [(123_356, Some("lgn".into())), (21_078, Some("tw".into()))], "{name}");
    }
}

#[test]
fn a_circuit_without_its_edges_names_the_missing_file() {
    let Some(config) = example("300_cells/config.json") else { return };
    let error = Circuit::read(&config).unwrap_err();
    assert!(error.path.ends_with("300_cells/network/internal_internal_edges.h5"), "{error}");
}
