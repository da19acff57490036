//! Path: what a path within a projection or a population names, and the paths of all that can be learned.

use ecs_core::number::{Float, Num, Real};
use ecs_core::registry::Field;

use super::{Circuit, Kind, Link, What};

/// The word for what is at the beginning.
const INITIAL: &str = "initial";

fn row(fields: &[Field], name: &str) -> Option<usize> {
    fields.iter().position(|f| f.name == name)
}

impl<T: Float> Circuit<T>
where
    Num<T>: Real,
{
    /// What `rest` names in population `name`.
    pub(super) fn in_population(&self, name: &str, rest: &[&str]) -> Option<What> {
        let p = self.populations.iter().position(|p| p.name == name)?;
        let entry = &self.neurons(p)?.shape.model.entry;
        match rest {
            [INITIAL, of] => row(entry.state, of).map(|row| What::Initial(p, row)),
            [of] => row(entry.params, of)
                .map(|row| What::Neurons(p, row))
                .or_else(|| (*of == "input").then_some(What::Input(p))),
            _ => None,
        }
    }

    /// What `rest` names in the projections called `name`, each once.
    pub(super) fn in_projection(&self, name: &str, rest: &[&str]) -> Vec<What> {
        let links = (0..).zip(&self.links).filter(|(_, link)| link.name == name);
        let mut all: Vec<What> = links.filter_map(|(l, link)| self.in_link(l, link, rest)).collect();
        all.dedup();
        all
    }

    fn in_link(&self, l: usize, link: &Link<T>, rest: &[&str]) -> Option<What> {
        let (p, k) = (link.post, link.receptor);
        let receptor = || Some(&self.neurons(p)?.receptors[k.checked_sub(1)?]);
        match rest {
            ["weight"] => link.matrix.is_stored().then_some(What::Weights(l)),
            ["weight", of] => link.law_names().iter().position(|name| name == of).map(|j| What::Law(l, j)),
            ["delay"] => {
                (link.matrix.is_stored() && !link.matrix.synapses().is_empty()).then_some(What::Delays(l))
            }
            ["short_term", of] => {
                let rule = link.short_term.as_ref()?;
                row(rule.model.entry.params, of).map(|row| What::ShortTerm(l, row))
            }
            [INITIAL, of] => row(receptor()?.synapse.entry.state, of).map(|row| What::Received(p, k, row)),
            [of] => {
                let synapse = row(receptor()?.synapse.entry.params, of).map(|row| What::Synapse(p, k, row));
                let output = || row(receptor()?.output.entry.params, of).map(|row| What::Output(p, k, row));
                synapse.or_else(output)
            }
            _ => None,
        }
    }

    /// The paths of all that can be learned.
    pub fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for population in &self.populations {
            if let Kind::Neurons(neurons) = &population.kind {
                let entry = &neurons.shape.model.entry;
                let name = &population.name;
                paths.extend(entry.params.iter().map(|f| format!("population.{name}.{}", f.name)));
                paths.extend(entry.state.iter().map(|f| format!("population.{name}.{INITIAL}.{}", f.name)));
                paths.push(format!("population.{name}.input"));
            }
        }
        for link in &self.links {
            let mut add = |rest: &str| paths.push(format!("projection.{}.{rest}", link.name));
            if link.matrix.is_stored() {
                add("weight");
                if !link.matrix.is_shared() {
                    add("delay");
                }
            }
            link.law_names().iter().for_each(|name| add(&format!("weight.{name}")));
            if let Some(rule) = &link.short_term {
                rule.model.entry.params.iter().for_each(|f| add(&format!("short_term.{}", f.name)));
            }
            if let Some(receptor) =
                self.neurons(link.post).filter(|_| link.receptor > 0).map(|n| &n.receptors[link.receptor - 1])
            {
                let fields = receptor.synapse.entry.params.iter().chain(receptor.output.entry.params);
                fields.for_each(|f| add(f.name));
                receptor.synapse.entry.state.iter().for_each(|f| add(&format!("{INITIAL}.{}", f.name)));
            }
        }
        paths
    }
}
