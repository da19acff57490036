//! Checkpoint: a trainer on disk, from which it goes on to the same bits: parameters, what the optimiser remembers, and how far it is.
//!
//! ```text
//! PATH                  a parameter, such as projection.hidden.weight
//! PATH/number           what is moved in its place, where a transform stands between them
//! PATH/optimiser.m      a column of what the optimiser remembers
//! metadata              format, step, seed, batch, samples, method, truncate, optimiser, history
//! ```

mod safetensors;

use std::collections::BTreeMap;

pub use safetensors::Tensors;

use crate::trainer::Trainer;

/// Of the files that are read and written here.
const FORMAT: &str = "synfire checkpoint 1";

impl Trainer {
    /// Everything that training goes on from.
    pub fn checkpoint(&self) -> Tensors {
        let history = serde_json::to_string(&self.history).expect("a history is numbers and names");
        let metadata = [
            ("format", FORMAT.to_owned()),
            ("step", self.step.to_string()),
            ("seed", self.recipe.seed.to_string()),
            ("batch", self.recipe.batch.to_string()),
            ("samples", self.samples.to_string()),
            ("method", self.recipe.method.to_string()),
            ("truncate", truncate(self)),
            ("optimiser", self.recipe.optimiser.entry.name.to_owned()),
            ("history", history),
        ];
        let mut tensors = Vec::new();
        for (k, learned) in self.learned.iter().enumerate() {
            let path = &learned.path;
            tensors.push((path.clone(), learned.shape.clone(), self.circuit.values(k).to_vec()));
            if learned.bent.is_some() {
                tensors.push((format!("{path}/number"), learned.shape.clone(), learned.x.clone()));
            }
            for (name, column) in learned.columns.names.iter().zip(&learned.columns.columns) {
                tensors.push((format!("{path}/optimiser.{name}"), vec![column.len()], column.clone()));
            }
        }
        let metadata: BTreeMap<String, String> = metadata.map(|(k, v)| (k.to_owned(), v)).into();
        Tensors { metadata, tensors }
    }

    /// Takes over the parameters alone, to test them or to begin from.
    ///
    /// # Errors
    /// The checkpoint is of another network.
    pub fn take_parameters(&mut self, from: &Tensors) -> Result<(), String> {
        for (k, learned) in self.learned.iter_mut().enumerate() {
            let values = found(from, &learned.path, &learned.shape)?;
            self.circuit.update(k, |to| to.copy_from_slice(values));
            if learned.bent.is_some() {
                let numbers = found(from, &format!("{}/number", learned.path), &learned.shape)?;
                learned.x.copy_from_slice(numbers);
            }
        }
        Ok(())
    }

    /// Takes over everything: training then goes on as if it had never stopped.
    ///
    /// # Errors
    /// The checkpoint is of another network or of another training.
    pub fn resume(&mut self, from: &Tensors) -> Result<(), String> {
        let text = |name: &str| from.metadata.get(name).map_or("", String::as_str);
        let recipe = &self.recipe;
        let agree = [
            ("format", FORMAT.to_owned()),
            ("seed", recipe.seed.to_string()),
            ("batch", recipe.batch.to_string()),
            ("method", recipe.method.to_string()),
            ("truncate", truncate(self)),
            ("optimiser", recipe.optimiser.entry.name.to_owned()),
        ];
        for (name, here) in agree {
            if text(name) != here {
                return Err(format!(
                    "its `{name}` is `{}`, and here it is `{here}`; training goes on only as it began",
                    text(name)
                ));
            }
        }
        let number = |name: &str| text(name).parse().map_err(|_| format!("its `{name}` is no number"));
        let (step, samples) = (number("step")?, number("samples")?);
        let history = serde_json::from_str(text("history")).map_err(|e| format!("its `history`: {e}"))?;
        self.take_parameters(from)?;
        for learned in &mut self.learned {
            for (name, column) in learned.columns.names.iter().zip(&mut learned.columns.columns) {
                let name = format!("{}/optimiser.{name}", learned.path);
                let shape = [column.len()];
                column.copy_from_slice(found(from, &name, &shape)?);
            }
        }
        (self.step, self.samples, self.history) = (step, samples as usize, history);
        Ok(())
    }
}

/// Steps of a window that gradients stay in.
fn truncate(trainer: &Trainer) -> String {
    trainer.recipe.tape.truncate.map_or("never".to_owned(), |steps| steps.to_string())
}

fn found<'a>(from: &'a Tensors, name: &str, shape: &[usize]) -> Result<&'a [f32], String> {
    let (there, values) = from.tensor(name).ok_or_else(|| {
        let all: Vec<&str> =
            from.tensors.iter().map(|(n, ..)| n.as_str()).filter(|n| !n.contains('/')).collect();
        format!("it has no `{name}`; it is of a network that learns {}", all.join(", "))
    })?;
    match there == shape {
        true => Ok(values),
        false => Err(format!("its `{name}` has the shape {there:?}; this network has {shape:?}")),
    }
}
