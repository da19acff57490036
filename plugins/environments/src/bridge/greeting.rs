//! Greeting: the JSON line that each side sends first.

use ecs_core::control::{Domain, Port, Spec};
use serde::{Deserialize, Serialize};

/// What both sides call the protocol.
pub const PROTOCOL: &str = "synfire-env";
/// Its version; another one is refused.
pub const VERSION: u32 = 1;

/// More places than this are damage.
const MOST_PLACES: usize = 1 << 24;

/// What is asked of the other side, and its answer.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Greeting {
    /// [`PROTOCOL`].
    #[serde(default)]
    pub protocol: String,
    /// [`VERSION`].
    #[serde(default)]
    pub version: u32,
    /// The environment.
    #[serde(default)]
    pub name: String,
    /// Whether frames are lines of JSON, to be read by people.
    #[serde(default)]
    pub json: bool,
    /// Asked: how the environment is made.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub kwargs: serde_json::Map<String, serde_json::Value>,
    /// Asked: how many copies of it, all in one frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
    /// Answered: what it shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observation: Vec<Told>,
    /// Answered: what it takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub action: Vec<Told>,
    /// Answered: the interval that it steps by, in ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_ms: Option<f64>,
    /// Answered: why it cannot be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A port as the other side tells it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Told {
    /// Its name.
    name: String,
    /// `box`, `discrete` or `binary`.
    kind: String,
    /// Length of each axis.
    #[serde(default)]
    shape: Vec<usize>,
    /// Boxes: the least values, null for none.
    #[serde(default)]
    low: Vec<Option<f64>>,
    /// Boxes: the greatest values, null for none.
    #[serde(default)]
    high: Vec<Option<f64>>,
    /// Discrete: choices of each place.
    #[serde(default)]
    n: Vec<u32>,
}

impl From<&Port> for Told {
    fn from(port: &Port) -> Self {
        let mut told = Self { name: port.name.clone(), shape: port.shape.clone(), ..Self::default() };
        if told.shape.is_empty() {
            told.shape = vec![port.width()];
        }
        let bounds = |list: &[f64]| list.iter().map(|x| x.is_finite().then_some(*x)).collect();
        match &port.domain {
            Domain::Continuous { low, high } => {
                (told.kind, told.low, told.high) = ("box".into(), bounds(low), bounds(high));
            }
            Domain::Discrete(n) => (told.kind, told.n) = ("discrete".into(), n.clone()),
            Domain::Binary(_) => told.kind = "binary".into(),
        }
        told
    }
}

impl Told {
    fn port(&self) -> Result<Port, String> {
        let places: usize = self.shape.iter().product();
        let wrong = |what: &str| Err(format!("port `{}` {what}", self.name));
        if places == 0 || places > MOST_PLACES {
            return wrong(&format!("has {places} places; 1 to {MOST_PLACES} are allowed"));
        }
        let bounds =
            |list: &[Option<f64>], none: f64| list.iter().map(|x| x.unwrap_or(none)).collect::<Vec<_>>();
        let domain = match self.kind.as_str() {
            "box" if self.low.len() == places && self.high.len() == places => Domain::Continuous {
                low: bounds(&self.low, f64::NEG_INFINITY),
                high: bounds(&self.high, f64::INFINITY),
            },
            "box" => return wrong("has not as many bounds as places"),
            "discrete" if self.n.len() == places && !self.n.contains(&0) => Domain::Discrete(self.n.clone()),
            "discrete" => return wrong("has not a number of choices, 1 or more, for each place"),
            "binary" => Domain::Binary(places),
            other => return wrong(&format!("is of the kind `{other}`; box, discrete, binary are known")),
        };
        Ok(Port { name: self.name.clone(), unit: String::new(), shape: self.shape.clone(), domain })
    }
}

impl Greeting {
    /// Asks for an environment.
    #[must_use]
    pub fn ask(name: &str) -> Self {
        Self { protocol: PROTOCOL.into(), version: VERSION, name: name.into(), ..Self::default() }
    }

    /// Answers with the ports of an environment.
    #[must_use]
    pub fn tell(spec: &Spec, asked: &Self) -> Self {
        let told = |ports: &[Port]| ports.iter().map(Told::from).collect();
        let (observation, action) = (told(&spec.observation), told(&spec.action));
        Self { observation, action, interval_ms: spec.interval, json: asked.json, ..Self::ask(&asked.name) }
    }

    /// The line that says it.
    ///
    /// # Panics
    /// Never: what it holds can be written.
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("a greeting can be written") + "\n"
    }

    /// Reads an answer.
    ///
    /// # Errors
    /// Where it is no greeting, of another protocol or version, or says that there is no environment.
    pub fn read(line: &str) -> Result<Self, String> {
        let start: String = line.chars().take(80).collect();
        let read: Self = serde_json::from_str(line).map_err(|_| {
            format!("it does not speak the protocol `{PROTOCOL}`; it said `{}`", start.trim_end())
        })?;
        if read.protocol != PROTOCOL {
            return Err(format!("it speaks the protocol `{}`, not `{PROTOCOL}`", read.protocol));
        }
        if read.version != VERSION {
            return Err(format!(
                "it speaks version {} of the protocol, this program version {VERSION}; take the client of this version",
                read.version
            ));
        }
        match read.error {
            Some(error) => Err(error),
            None => Ok(read),
        }
    }

    /// The ports that it tells.
    ///
    /// # Errors
    /// Where they make no sense.
    pub fn spec(&self) -> Result<Spec, String> {
        let ports = |told: &[Told]| told.iter().map(Told::port).collect::<Result<Vec<_>, _>>();
        let (observation, action) = (ports(&self.observation)?, ports(&self.action)?);
        let interval = self.interval_ms;
        match interval.is_none_or(|ms| ms.is_finite() && ms > 0.0) {
            true => Ok(Spec { observation, action, interval }),
            false => Err("it steps by no interval that is above 0 ms".to_owned()),
        }
    }
}
