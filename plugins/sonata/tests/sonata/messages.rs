//! Each thing that can be wrong with a circuit, and the words for it.

use rust_hdf5::H5File;
use sonata::{Circuit, Components, read_edges, read_nodes, read_spikes};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of one test, removed with its files at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sonata-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Two cells of type 100.
    fn nodes(&self, node_ids: &[u64]) -> PathBuf {
        let path = self.0.join("nodes.h5");
        let file = H5File::create(&path).unwrap();
        let population = file.create_group("nodes").unwrap().create_group("v1").unwrap();
        for (name, values) in [("node_id", node_ids), ("node_type_id", &[100, 100])] {
            let dataset = population.new_dataset::<u64>().shape([values.len()]).create(name).unwrap();
            dataset.write_raw(values).unwrap();
        }
        file.close().unwrap();
        path
    }

    /// Edges from `v1` to `v1`, all of type 100.
    fn edges(&self, source: &[u64], target: &[u64]) -> PathBuf {
        let path = self.0.join("edges.h5");
        let file = H5File::create(&path).unwrap();
        let population = file.create_group("edges").unwrap().create_group("e").unwrap();
        let types = vec![100; target.len()];
        for (name, values) in
            [("source_node_id", source), ("target_node_id", target), ("edge_type_id", &types)]
        {
            let dataset = population.new_dataset::<u64>().shape([values.len()]).create(name).unwrap();
            dataset.write_raw(values).unwrap();
            let attribute =
                dataset.new_attr::<rust_hdf5::VarLenUnicode>().shape(()).create("node_population");
            attribute.unwrap().write_string("v1").unwrap();
        }
        file.close().unwrap();
        path
    }

    /// A whole circuit of two cells, with these node types and these entries of the simulation.
    fn circuit(&self, types: &str, simulation: &str) -> PathBuf {
        self.nodes(&[0, 1]);
        self.write("node_types.csv", types);
        self.write("node_sets.json", r#"{"none": {"ei": "x"}, "first": {"node_id": [0]}}"#);
        let networks =
            r#"{"nodes": [{"nodes_file": "$HERE/nodes.h5", "node_types_file": "$HERE/node_types.csv"}]}"#;
        let run = r#"{"tstop": 10, "dt": 0.1}"#;
        let config = format!(
            r#"{{"manifest": {{"$HERE": "."}}, "networks": {networks}, "run": {run},
            "node_sets_file": "node_sets.json", {simulation}}}"#
        );
        self.write("config.json", config)
    }

    fn says<T: std::fmt::Debug>(&self, result: Result<T, sonata::SonataError>, message: &str) {
        let found = result.unwrap_err().to_string();
        assert_eq!(found.replace(&format!("{}/", self.0.display()), ""), message);
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const VIRTUAL: &str = "node_type_id model_type\n100 virtual\n";

#[test]
fn a_missing_file_is_named() {
    let folder = Folder::new("missing");
    let config = folder.0.join("config.json");
    folder.says(
        Circuit::read(&config),
        "`config.json`: could not be read: No such file or directory (os error 2); a JSON file is needed here",
    );
    folder.says(
        read_spikes(&folder.0.join("spikes.h5")),
        "`spikes.h5`: could not be read: No such file or directory (os error 2); an HDF5 file is needed here",
    );
}

#[test]
fn broken_json_names_its_line() {
    let folder = Folder::new("json");
    let config = folder.write("config.json", "{\n  \"network\": ,\n}");
    folder.says(
        Circuit::read(&config),
        "`config.json`: line 2, column 14: expected value; valid JSON is needed",
    );
}

#[test]
fn a_variable_must_be_in_the_manifest() {
    let folder = Folder::new("variable");
    let config = folder.write("config.json", r#"{"manifest": {"$A": "."}, "network": "$B/c.json"}"#);
    folder.says(
        Circuit::read(&config),
        "`config.json`: key `network`: no variable `$B`; `manifest` defines `$A`",
    );
    let config = folder.write("config.json", r#"{"manifest": {"$A": "$A"}, "network": "${A}/c.json"}"#);
    folder.says(
        Circuit::read(&config),
        "`config.json`: key `network`: `$A` stands for itself; break the circle in `manifest`",
    );
}

#[test]
fn a_simulation_must_name_its_network() {
    let folder = Folder::new("network");
    let config = folder.write("simulation.json", r#"{"run": {"tstop": 1}}"#);
    folder.says(
        Circuit::read(&config),
        "`simulation.json`: key `network`: absent; name the circuit's configuration, or give it and its simulation \
         as a pair",
    );
}

#[test]
fn keys_are_checked_where_they_stand() {
    let folder = Folder::new("keys");
    let says = |simulation: &str, message: &str| {
        folder.says(Circuit::read(&folder.circuit(VIRTUAL, simulation)), message);
    };
    says(
        r#""inputs": {"a": {"input_type": "noise"}}"#,
        "`config.json`: key `inputs.a.input_type`: found \"noise\"; `spikes` and `current_clamp` can be read",
    );
    says(
        r#""inputs": {"a": {"input_type": "current_clamp", "node_set": "first", "delay": 1, "duration": 1}}"#,
        "`config.json`: key `inputs.a.amp`: absent; add it; the keys here are `delay`, `duration`, `input_type`, \
         `node_set`",
    );
    says(
        r#""reports": {"v": {"cells": "second", "variable_name": "v"}}"#,
        "`config.json`: key `reports.v.cells`: no node set `second`; the node sets are `first`, `none`, the \
         populations `v1`, or `all`",
    );
    says(
        r#""reports": {"v": {"cells": "none", "variable_name": "v"}}"#,
        "`config.json`: key `reports.v.cells`: found \"none\"; it selects no node; the populations are `v1`",
    );
}

#[test]
fn a_node_type_must_be_in_its_table() {
    let folder = Folder::new("types");
    let says = |types: &str, message: &str| {
        let types = folder.write("node_types.csv", types);
        folder.says(read_nodes(&folder.nodes(&[0, 1]), Some(&types), &Components::default()), message);
    };
    says("node_type_id ei\n101 e\n", "`node_types.csv`: no type 100; the table has `101`");
    says(
        "type ei\n101 e\n",
        "`node_types.csv`: line 1: no column `node_type_id`; the columns are `type`, `ei`",
    );
    says(
        "node_type_id ei\n\n100 e x\n",
        "`node_types.csv`: line 3: 3 fields; the header has 2, separated by spaces",
    );
    says(
        "node_type_id model_type dynamics_params\n100 point_process a.json\n",
        "key `components.point_neuron_models_dir`: absent; it must name the folder of `a.json`",
    );
}

#[test]
fn a_template_must_be_one_that_the_caller_knows() {
    let folder = Folder::new("template");
    let types = "node_type_id model_type model_template\n100 point_process nrn:IntFire2\n";
    let circuit = Circuit::read(&folder.circuit(types, r#""output": {}"#)).unwrap();
    let group = &circuit.populations[0].groups[0];
    assert_eq!(group.template_among(&["nrn:IntFire1", "nrn:IntFire2"]), Ok("nrn:IntFire2"));
    folder.says(
        group.template_among(&["nrn:IntFire1", "nest:iaf_psc_alpha"]),
        "`node_types.csv`: node type 100: model template `nrn:IntFire2`; supported are `nrn:IntFire1`, \
         `nest:iaf_psc_alpha`",
    );
}

#[test]
fn datasets_are_checked_against_each_other() {
    let folder = Folder::new("datasets");
    let edges = |source: &[u64], target: &[u64]| {
        read_edges(&folder.edges(source, target), None, &Components::default())
    };
    folder.says(
        edges(&[0], &[0, 1]),
        "`edges.h5`: dataset `/edges/e/source_node_id`: 1 values; `edge_type_id` beside it has 2, and both must agree",
    );
    let populations = read_nodes(&folder.nodes(&[1, 0]), None, &Components::default()).unwrap();
    folder.says(
        edges(&[0, 1], &[0, 2]).unwrap()[0].check_ends(&populations),
        "`edges.h5`: dataset `/edges/e/target_node_id`: row 1 is 2; population `v1` has 2 nodes, from 0",
    );
    folder.says(
        edges(&[0, 1], &[0, 2]).unwrap()[0].check_ends(&[]),
        "`edges.h5`: dataset `/edges/e/source_node_id`: population `v1`; the circuit has none",
    );
    folder.says(
        read_nodes(&folder.nodes(&[1, 1]), None, &Components::default()),
        "`nodes.h5`: dataset `/nodes/v1/node_id`: row 1 is 1; the 2 nodes have the numbers 0 to 1, each once",
    );
    folder.says(
        read_spikes(&folder.nodes(&[0, 1])),
        "`nodes.h5`: `/spikes/timestamps`: not in the file; `/spikes` holds none",
    );
}

#[test]
fn a_file_cut_short_is_refused() {
    let folder = Folder::new("short");
    let whole = fs::read(folder.nodes(&[0, 1])).unwrap();
    for length in [10, whole.len() / 3] {
        let path = folder.write("short.h5", &whole[..length]);
        let error = read_nodes(&path, None, &Components::default()).unwrap_err();
        assert!(error.path == path && error.remedy.starts_with("the file is cut short, damaged"), "{error}");
    }
}

#[test]
fn a_bad_line_of_spikes_is_named() {
    let folder = Folder::new("spikes");
    let path: &Path = &folder.write("spikes.csv", "timestamps population node_ids\n1.0 v1 0\n2.0 0\n");
    folder.says(
        read_spikes(path),
        "`spikes.csv`: line 3: `2.0 0`; a line is `timestamps population node_ids`, separated by spaces",
    );
}
