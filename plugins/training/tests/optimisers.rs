//! Optimisers: every update against another implementation, and what all of them have in common.

use ecs_core::network::Registry;
use ecs_core::training::{Columns, Descent, OptimiserModel};
use training as _;

const START: [f64; 4] = [0.5, -1.25, 2.0, 0.0];
const SHAPE: [usize; 2] = [2, 2];
const GRADIENTS: [[f64; 4]; 4] =
    [[0.3, -0.2, 1.5, 0.01], [-0.1, -0.6, 0.7, 0.02], [0.25, 0.4, -2.0, -0.5], [0.05, -0.3, 0.1, 0.9]];

/// An optimiser, its parameters besides those of the table, and the array after each of four updates by [`GRADIENTS`], `lr` being
/// the rate.
struct Peer {
    name: &'static str,
    given: &'static [(&'static str, f64)],
    after: [[f64; 4]; 4],
}

/// In double precision, from optax 0.2.8, BrainPy 2.8.2 and PyTorch 2.15.0, as said at each.
#[rustfmt::skip]
const PEERS: &[Peer] = &[
    // optax `chain(add_decayed_weights(0.1), sgd(0.1))`.
    Peer {
        name: "sgd",
        given: &[("lr", 0.1), ("weight_decay", 0.1)],
        after: [
            [0.465, -1.2175, 1.83, -0.001],
            [0.47035000000000005, -1.145325, 1.7417, -0.00299],
            [0.44064650000000005, -1.17387175, 1.924283, 0.04703990000000001],
            [0.4312400350000001, -1.1321330325, 1.89504017, -0.043430499],
        ],
    },
    // optax `chain(add_decayed_weights(0.1), sgd(0.1, momentum=0.9))`.
    Peer {
        name: "momentum",
        given: &[("lr", 0.1), ("weight_decay", 0.1)],
        after: [
            [0.465, -1.2175, 1.83, -0.001],
            [0.43885, -1.116075, 1.5887, -0.0038900000000000002],
            [0.3859265, -1.0536317499999999, 1.5556429999999999, 0.04354790000000001],
            [0.329436085, -0.9568965074999999, 1.5003352699999999, -0.004193468999999998],
        ],
    },
    // PyTorch `SGD(lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1)`.
    Peer {
        name: "nesterov",
        given: &[("lr", 0.1), ("weight_decay", 0.1)],
        after: [
            [0.4335, -1.18825, 1.677, -0.0019],
            [0.4159135, -1.02534825, 1.3744370000000001, -0.0064739],
            [0.3395847935, -0.99994930825, 1.5341089970000001, 0.08631549410000001],
            [0.2811800680735, -0.8743193580682499, 1.462035656357, -0.047872310697899996],
        ],
    },
    // PyTorch `Adagrad(lr=0.1)`.
    Peer {
        name: "adagrad",
        given: &[("lr", 0.1)],
        after: [
            [0.40000000003333336, -1.15000000005, 1.9000000000066666, -0.09999999900000002],
            [0.43162277662501713, -1.0551316702599485, 1.857711453476109, -0.1894427176999916],
            [0.3696054093457975, -1.1085839186352906, 1.9347485750502762, -0.08954256796951497],
            [0.3572962602508945, -1.0713734982631435, 1.930899573255827, -0.1769376859471473],
        ],
    },
    // PyTorch `Adadelta(lr=0.5, rho=0.95)`.
    Peer {
        name: "adadelta",
        given: &[("lr", 0.5)],
        after: [
            [0.4977641804330967, -1.2477644908299506, 1.9977639419605138, -0.0020412414523193144],
            [0.49878730548704686, -1.2447574139176247, 1.9963983402260865, -0.004709525751325629],
            [0.49668898002707784, -1.2471210760985187, 1.999072630176219, -0.000703704108109735],
            [0.496187285584814, -1.2452380070828675, 1.9988999306950022, -0.005643527254060023],
        ],
    },
    // optax `rmsprop(0.1, decay=0.9, eps_in_sqrt=False)`.
    Peer {
        name: "rmsprop",
        given: &[("lr", 0.1)],
        after: [
            [0.18377226731649182, -0.9337722839831541, 1.6837722406498286, -0.31622676602000027],
            [0.28860073999967384, -0.6322609545569049, 1.5441903628337825, -0.6019406435716037],
            [0.08055617440687729, -0.8082829157236379, 1.796899793486782, -0.2859914419490171],
            [0.03711239585826134, -0.6809124706032146, 1.7835926349054532, -0.5656892518526755],
        ],
    },
    // optax `adam(0.1)`.
    Peer {
        name: "adam",
        given: &[("lr", 0.1)],
        after: [
            [0.4000000033333332, -1.1500000049999997, 1.9000000006666666, -0.0999999000001],
            [0.3599781479280808, -1.0582218951537803, 1.8078044930915795, -0.19651804154800323],
            [0.2960773293962254, -1.0324315152411159, 1.8116198630281988, -0.13603167434637314],
            [0.23697173627729823, -0.9911843883129223, 1.8125041530538062, -0.1627542896251331],
        ],
    },
    // PyTorch `Adam(lr=0.1, betas=(0.9, 0.5), amsgrad=True, weight_decay=0.1)`.
    Peer {
        name: "adam",
        given: &[("lr", 0.1), ("beta2", 0.5), ("amsgrad", 1.0), ("weight_decay", 0.1)],
        after: [
            [0.40000000285714277, -1.150000003076923, 1.9000000005882354, -0.0999999000001],
            [0.35303610336447944, -1.0635264932307462, 1.8082389303874071, -0.1999997859652053],
            [0.28123629966451, -1.0236764378626693, 1.7999149768642142, -0.15279698338463388],
            [0.21963976869810103, -0.9730898156154022, 1.7885062791001856, -0.17075463114549178],
        ],
    },
    // optax `adamw(0.1, weight_decay=0.01)`.
    Peer {
        name: "adamw",
        given: &[("lr", 0.1)],
        after: [
            [0.39950000333333324, -1.1487500049999997, 1.8980000006666666, -0.0999999000001],
            [0.35907864792474753, -1.0558231451487803, 1.8039064930909128, -0.19641804164800314],
            [0.2948187507449674, -1.0289769420909671, 1.805917956534441, -0.13573525640472506],
            [0.23541833887529526, -0.9867008382206827, 1.804996328603514, -0.1623221364270803],
        ],
    },
    // PyTorch `AdamW(lr=0.1, betas=(0.9, 0.5), amsgrad=True, weight_decay=0.01)`.
    Peer {
        name: "adamw",
        given: &[("lr", 0.1), ("beta2", 0.5), ("amsgrad", 1.0)],
        after: [
            [0.39950000333333324, -1.1487500049999997, 1.8980000006666666, -0.0999999000001],
            [0.362573026200777, -1.0660379483120193, 1.8080063176536223, -0.18802173241503706],
            [0.29663617695425853, -1.0410572141302121, 1.8096491271734767, -0.14158804005393635],
            [0.24156463306070003, -1.0030826281890939, 1.8085567864298233, -0.16094253362237462],
        ],
    },
    // BrainPy `Adan(0.1)`, whose error of 2.4.6 is mended.
    Peer {
        name: "adan",
        given: &[("lr", 0.1)],
        after: [
            [0.3992016001330671, -1.1477045958083831, 1.8962075854956753, -0.09980029940129735],
            [0.42216634049007445, -1.0608367135527421, 1.8252202327904588, -0.1901558976147587],
            [0.3902408600347821, -1.067174742464615, 1.8616164288711423, -0.13179572769055273],
            [0.37272275447280434, -1.0436634597627457, 1.8663214636932262, -0.16084492214262217],
        ],
    },
    // BrainPy `LARS(0.1)`.
    Peer {
        name: "lars",
        given: &[("lr", 0.1)],
        after: [
            [0.4999531179240517, -1.2499687309600096, 1.9997655974326358, -1.5624754523668834e-06],
            [0.49993689315363793, -1.249784663820628, 1.9993727085495647, -8.165120871992585e-06],
            [0.49989379607513945, -1.2496645716939387, 1.9992469984748997, 4.2870674398660974e-05],
            [0.4998423844108502, -1.2494807871513587, 1.9991085856106863, -0.00013820743436546097],
        ],
    },
    // optax `sm3(0.1, momentum=0.9)`.
    Peer {
        name: "sm3",
        given: &[("lr", 0.1)],
        after: [
            [0.4900000005555555, -1.2400000012499999, 1.9900000000222222, -0.009999500037496875],
            [0.48416227855760996, -1.2215131695130799, 1.976771145396628, -0.01999408713830591],
            [0.4752322556887313, -1.2102202457403752, 1.9725688883855916, -0.02278747884727928],
            [0.4665285684459997, -1.1963355723358882, 1.9684019568964843, -0.032749984357268225],
        ],
    },
];

/// Rounding of four updates in double precision; ε stands at slightly different places in some of the peers.
const ROUNDING: f64 = 1e-13;

fn models() -> Vec<&'static OptimiserModel> {
    let registry = Registry::linked().expect("names are unique");
    registry.all::<OptimiserModel>().to_vec()
}

fn named(name: &str) -> &'static OptimiserModel {
    models().into_iter().find(|model| model.entry.name == name).expect("it is registered")
}

fn params(model: &OptimiserModel, given: &[(&str, f64)]) -> Vec<f64> {
    let known = |name: &str| model.entry.params.iter().any(|field| field.name == name);
    given.iter().for_each(|(name, _)| assert!(known(name), "{} has a `{name}`", model.entry.name));
    let value = |name: &str| given.iter().find(|(given, _)| *given == name).map(|(_, value)| *value);
    model.entry.params.iter().map(|field| value(field.name).unwrap_or(field.default)).collect()
}

#[test]
fn every_update_is_that_of_another_implementation() {
    for Peer { name, given, after } in PEERS {
        let model = named(name);
        let params = params(model, given);
        let mut values = START;
        let mut state = Columns::<f64>::new(model, &SHAPE);
        for (k, (gradient, right)) in GRADIENTS.iter().zip(after).enumerate() {
            let step = k as u64 + 1;
            let columns = &mut state.columns;
            let (values, shape, rate) = (&mut values, &SHAPE, params[0]);
            (model.double)(&params, &mut Descent { values, gradient, shape, columns, rate, step });
            for (found, right) in values.iter().zip(right) {
                assert!((found - right).abs() < ROUNDING, "{name}, update {step}: {found}, not {right}");
            }
        }
    }
}

#[test]
fn every_optimiser_is_among_those_that_are_compared() {
    let missing: Vec<_> = models()
        .iter()
        .map(|model| model.entry.name)
        .filter(|name| PEERS.iter().all(|p| p.name != *name))
        .collect();
    assert!(missing.is_empty(), "{missing:?} are compared with nothing");
    assert_eq!(models().len(), 11, "those of the field are there");
}

/// Updates in single precision of an array of any size, towards zero.
fn descended(model: &OptimiserModel, size: usize, steps: u64) -> (Vec<f32>, Columns<f32>) {
    let params = params(model, &[]);
    let mut values: Vec<f32> = (0..size).map(|k| (k as f32 * 0.7).sin()).collect();
    let mut state = Columns::new(model, &[size]);
    for step in 1..=steps {
        let gradient = values.clone();
        let (values, shape, columns) = (&mut values, &[size], &mut state.columns);
        (model.single)(
            &params,
            &mut Descent { values, gradient: &gradient, shape, columns, rate: params[0], step },
        );
    }
    (values, state)
}

#[test]
fn each_goes_downhill_and_forgets_nothing_between_two_halves_of_a_run() {
    for model in models() {
        let name = model.entry.name;
        assert_eq!(model.entry.params[0].name, "lr", "{name} begins with its rate");
        let (values, state) = descended(model, 37, 20);
        let size = |values: &[f32]| values.iter().map(|v| v * v).sum::<f32>();
        let (begin, _) = descended(model, 37, 0);
        assert!(size(&values) < size(&begin), "{name} makes a parabola smaller");
        assert_eq!(state.names.len(), model.entry.state.len(), "{name} can be written to a checkpoint");

        // Half of the run, through a copy of what it remembers.
        let (mut values, half) = descended(model, 37, 10);
        let mut resumed = Columns { names: half.names.clone(), columns: half.columns.clone() };
        let params = params(model, &[]);
        for step in 11..=20 {
            let gradient = values.clone();
            let (values, columns) = (&mut values, &mut resumed.columns);
            let of =
                &mut Descent { values, gradient: &gradient, shape: &[37], columns, rate: params[0], step };
            (model.single)(&params, of);
        }
        let (whole, _) = descended(model, 37, 20);
        assert_eq!(values, whole, "{name} resumes to the same bits");
    }
}

#[test]
fn the_size_of_an_array_does_not_change_what_becomes_of_an_entry() {
    for model in models().into_iter().filter(|model| model.entry.name != "lars") {
        let (long, _) = descended(model, 67, 5);
        let (short, _) = descended(model, 9, 5);
        assert_eq!(long[..9], short[..], "{}", model.entry.name);
    }
}

#[test]
fn sm3_remembers_a_number_for_each_row_and_column() {
    let model = named("sm3");
    assert_eq!((model.columns)(&[5, 7]), [12, 35, 12]);
    assert_eq!((model.columns)(&[]), [1, 1, 1], "an array without axes is one number");
    let mut state = Columns::<f32>::new(model, &[]);
    let (mut values, columns) = ([1.0], &mut state.columns);
    let of = &mut Descent { values: &mut values, gradient: &[2.0], shape: &[], columns, rate: 0.1, step: 1 };
    (model.single)(&[0.1, 0.0, 0.0], of);
    assert_eq!(values, [0.9], "as adagrad's first step");
}
