//! Set: the section `[[set]]`, which gives some neurons of a population parameters or initial values of their own.

use ecs_core::registry::{Field, Form};

use crate::quantity::{self, Wanted};
use crate::reader::{Fields, kind_name};
use crate::schema::{Set, SetColumn};
use crate::selection::{Known, selection};
use crate::tree::Tree;

/// `[[set]]`
pub(crate) fn set(fields: &Fields<'_>, known: &[Known]) -> Option<Set> {
    fields.check(&[]);
    let of = selection(fields.reader, fields.get("of")?, known, &fields.place_of("of"), true)?;
    let mut values = Vec::new();
    let mut good = true;
    for (key, column) in [("params", SetColumn::Param as fn(usize) -> _), ("state", SetColumn::State)] {
        let Some(node) = fields.get(key) else { continue };
        let Tree::Table(rows) = &node.tree else {
            let advice = format!("write `{key} = {{ NAME = VALUE }}`");
            fields.reader.wrong_form(node, &fields.place_of(key), "a table", &advice);
            return None;
        };
        for (name, value) in rows {
            let place = format!("{}.{}", fields.place_of(key), name.name);
            // Populations of different models may keep the same name in different rows and units.
            for member in &of.members {
                let Some(entry) = known[member.population].entry else { continue };
                let table = if key == "params" { entry.params } else { entry.state };
                let numbers = || table.iter().filter(|field: &&Field| field.form == Form::Number);
                let Some(row) = numbers().position(|field| field.name == name.name) else {
                    let names: Vec<&str> = numbers().map(|field| field.name).collect();
                    let found = format!("{} `{}` has no", kind_name(entry.kind), entry.name);
                    fields.reader.unknown(name.span, &place, &found, (&name.name, &names));
                    good = false;
                    break;
                };
                let field = numbers().nth(row)?;
                let wanted = Wanted { unit: field.unit, bound: field.bound };
                match quantity::value(fields.reader, value, wanted, &place) {
                    Some(value) => values.push((*member, column(row), value)),
                    None => {
                        good = false;
                        break;
                    }
                }
            }
        }
    }
    if values.is_empty() && good {
        fields.missing("params", "parameters or `state` to be set");
        return None;
    }
    good.then_some(Set { values })
}
