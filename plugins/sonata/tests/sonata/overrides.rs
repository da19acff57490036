//! What a node or edge says of itself goes before what its type says.

use rust_hdf5::{H5File, H5Group};
use sonata::{Column, Components, Value, read_edges, read_nodes};
use std::path::Path;

fn numbers(group: &H5Group, name: &str, values: &[f64]) {
    group.new_dataset::<f64>().shape([values.len()]).create(name).unwrap().write_raw(values).unwrap();
}

fn integers(group: &H5Group, name: &str, values: &[i64]) {
    group.new_dataset::<i64>().shape([values.len()]).create(name).unwrap().write_raw(values).unwrap();
}

/// Edges 0, 1 and 2 lie in groups 1, 0 and 0, at the places 0, 1 and 0.
fn write_edges(path: &Path) {
    let file = H5File::create(path).unwrap();
    let edges = file.create_group("edges").unwrap().create_group("e").unwrap();
    for (name, ids) in [("source_node_id", [0, 1, 2]), ("target_node_id", [2, 1, 0])] {
        integers(&edges, name, &ids);
        let dataset = edges.dataset_writer(name).unwrap();
        let attribute = dataset.new_attr::<rust_hdf5::VarLenUnicode>().shape(()).create("node_population");
        attribute.unwrap().write_string("v1").unwrap();
    }
    integers(&edges, "edge_type_id", &[7, 7, 8]);
    integers(&edges, "edge_group_id", &[1, 0, 0]);
    integers(&edges, "edge_group_index", &[0, 1, 0]);
    let own = edges.create_group("0").unwrap();
    numbers(&own, "syn_weight", &[0.5, 0.25]);
    integers(&edges.create_group("1").unwrap(), "nsyns", &[3]);
    file.close().unwrap();
}

/// Nodes 1 and 0, in this order, with positions, parameters and a library of texts.
fn write_nodes(path: &Path) {
    let file = H5File::create(path).unwrap();
    let nodes = file.create_group("nodes").unwrap().create_group("v1").unwrap();
    integers(&nodes, "node_id", &[1, 0]);
    integers(&nodes, "node_type_id", &[7, 7]);
    let own = nodes.create_group("0").unwrap();
    numbers(&own, "x", &[10.0, 0.0]);
    integers(&own, "layer", &[1, 0]);
    own.create_group("@library").unwrap().write_vlen_strings("layer", &["L2", "L4"]).unwrap();
    numbers(&own.create_group("dynamics_params").unwrap(), "tau", &[0.02, 0.01]);
    file.close().unwrap();
}

#[test]
fn weights_and_delays_of_edges_go_before_those_of_their_types() {
    let folder = std::env::temp_dir().join(format!("sonata-{}-edges", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (edges, types) = (folder.join("edges.h5"), folder.join("types.csv"));
    write_edges(&edges);
    std::fs::write(&types, "edge_type_id syn_weight delay\n7 2.0 1.5\n8 4.0 NULL\n").unwrap();
    let read = read_edges(&edges, Some(&types), &Components::default()).unwrap().remove(0);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(read.weight, [2.0 * 3.0, 0.25, 0.5]);
    assert_eq!((read.delay_ms, read.defaulted), (vec![1.5, 1.5, 1.0], vec!["delay"]));
    assert_eq!(read.type_index, [0, 0, 1]);
}

#[test]
fn attributes_and_parameters_of_nodes_go_before_those_of_their_types() {
    let folder = std::env::temp_dir().join(format!("sonata-{}-nodes", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (nodes, types) = (folder.join("nodes.h5"), folder.join("types.csv"));
    write_nodes(&nodes);
    let table = "node_type_id model_type dynamics_params layer ei\n7 point_process a.json L1 e\n";
    std::fs::write(&types, table).unwrap();
    std::fs::write(folder.join("a.json"), r#"{"tau": 0.5, "refrac": 0.003}"#).unwrap();
    let components = Components { point_neuron_models_dir: Some(folder.clone()), ..Components::default() };
    let group = read_nodes(&nodes, Some(&types), &components).unwrap().remove(0).groups.remove(0);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(group.node_ids, [0, 1]);
    assert_eq!((&group.parameters["tau"], &group.parameters["refrac"]), (&vec![0.01, 0.02], &vec![0.003; 2]));
    assert_eq!(group.attributes["x"], Column::Numbers(vec![0.0, 10.0]));
    assert_eq!(group.attributes["layer"], Column::Texts(vec!["L2".into(), "L4".into()]));
    assert_eq!(group.attributes["ei"], Column::Same(Value::Text("e".into())));
}
