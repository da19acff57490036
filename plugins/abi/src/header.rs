//! Header: one definition of the interface gives the Rust items and the text of the C header.

/// Defines structures, function types and codes, and `header`, which gives them in C.
macro_rules! abi {
    ($($(#[doc = $doc:literal])* $kind:ident $name:ident $body:tt $(;)?)*) => {
        $(define!($kind $name [$($doc)*] $body);)*

        /// Every definition, in order.
        const ITEMS: &[header::Item] = &[$(describe!($kind $name [$($doc)*] $body)),*];
    };
}

/// One definition in Rust.
macro_rules! define {
    (codes $name:ident [$($doc:literal)*] { $($(#[$about:meta])* $code:ident = $value:literal,)* }) => {
        $(#[doc = $doc])*
        pub mod $name {
            $($(#[$about])* pub const $code: u32 = $value;)*
        }
    };
    (structure $name:ident [$($doc:literal)*] { $($(#[$about:meta])* $field:ident: $type:ty,)* }) => {
        $(#[doc = $doc])*
        #[repr(C)]
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            $($(#[$about])* pub $field: $type,)*
        }
    };
    (function $name:ident [$($doc:literal)*] ($($argument:ident: $type:ty),* $(,)?)) => {
        $(#[doc = $doc])*
        pub type $name = unsafe extern "C" fn($($argument: $type),*) -> u32;
    };
}

/// One definition as data.
macro_rules! describe {
    (codes $name:ident [$($doc:literal)*] { $($(#[doc = $about:literal])* $code:ident = $value:literal,)* }) => {
        header::Item {
            kind: header::Kind::Codes,
            name: stringify!($name),
            doc: &[$($doc),*],
            size: 0,
            rows: &[$((stringify!($code), stringify!($value), concat!($($about),*))),*],
        }
    };
    (structure $name:ident [$($doc:literal)*] { $($(#[doc = $about:literal])* $field:ident: $type:ty,)* }) => {
        header::Item {
            kind: header::Kind::Structure,
            name: stringify!($name),
            doc: &[$($doc),*],
            size: size_of::<$name>(),
            rows: &[$((stringify!($field), stringify!($type), concat!($($about),*))),*],
        }
    };
    (function $name:ident [$($doc:literal)*] ($($argument:ident: $type:ty),* $(,)?)) => {
        header::Item {
            kind: header::Kind::Function,
            name: stringify!($name),
            doc: &[$($doc),*],
            size: 0,
            rows: &[$((stringify!($argument), stringify!($type), "")),*],
        }
    };
}

/// What a definition is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Codes,
    Structure,
    Function,
}

/// A definition as data: rows are codes, fields or arguments, with value or type, and what is said of them.
pub(crate) struct Item {
    pub kind: Kind,
    pub name: &'static str,
    pub doc: &'static [&'static str],
    pub size: usize,
    pub rows: &'static [(&'static str, &'static str, &'static str)],
}

impl Item {
    /// It in C.
    fn text(&self) -> String {
        let (name, rows) = (snake(self.name), self.rows);
        let doc: String = self.doc.iter().map(|line| format!("//{line}\n")).collect();
        let lines = |f: &dyn Fn(&str, &str) -> String| -> String {
            rows.iter().map(|(row, of, about)| format!("    //{about}\n    {}\n", f(row, of))).collect()
        };
        let body = match self.kind {
            Kind::Codes => {
                let of = name.to_uppercase();
                format!("enum {{\n{}}};\n", lines(&|code, value| format!("SYNFIRE_{of}_{code} = {value},")))
            }
            Kind::Structure => {
                let fields = lines(&|field, of| format!("{};", declared(of, field)));
                format!("typedef struct synfire_{name} {{\n{fields}}} synfire_{name};\n")
            }
            Kind::Function => {
                let arguments: Vec<String> = rows.iter().map(|(row, of, _)| declared(of, row)).collect();
                format!("typedef uint32_t (*synfire_{name}_function)({});\n", arguments.join(", "))
            }
        };
        format!("\n{doc}{body}")
    }
}

/// `ShortName` as `short_name`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for (k, c) in name.chars().enumerate() {
        if c.is_uppercase() && k > 0 {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// `name` declared to be of a Rust type, in C.
fn declared(of: &str, name: &str) -> String {
    match of.strip_prefix('[').and_then(|of| of.strip_suffix(']')).and_then(|of| of.split_once(';')) {
        Some((of, length)) => format!("{}[{}]", declared(of, name), length.trim()),
        None => {
            let of = translated(of);
            let space = if of.ends_with('*') { "" } else { " " };
            format!("{of}{space}{name}")
        }
    }
}

/// A Rust type in C.
fn translated(of: &str) -> String {
    if let Some(inner) = of.strip_prefix("*mut ") {
        let inner = translated(inner);
        return format!("{inner}{}*", if inner.ends_with('*') { "" } else { " " });
    }
    if let Some(inner) = of.strip_prefix("*const ") {
        let inner = translated(inner);
        return if inner.ends_with('*') { format!("{inner}const *") } else { format!("const {inner} *") };
    }
    if let Some(inner) = of.strip_prefix("Option<").and_then(|of| of.strip_suffix('>')) {
        return format!("synfire_{}_function", snake(inner));
    }
    match of {
        "u8" => "uint8_t".into(),
        "u16" => "uint16_t".into(),
        "u32" => "uint32_t".into(),
        "u64" => "uint64_t".into(),
        "usize" => "size_t".into(),
        "f32" => "float".into(),
        "f64" => "double".into(),
        "c_void" => "void".into(),
        other => format!("synfire_{}", snake(other)),
    }
}

/// The whole header, from what stands before and behind the definitions.
pub(crate) fn text(items: &[Item], head: &str, tail: &str) -> String {
    let structures = items.iter().filter(|item| item.kind == Kind::Structure);
    let sizes: Vec<String> =
        structures.map(|item| format!("    sizeof(synfire_{}), \\\n", snake(item.name))).collect();
    let body: String = items.iter().map(Item::text).collect();
    format!(
        "{head}{body}\n// What the row `sizes` of a descriptor points to.\n#define SYNFIRE_SIZES {{ \\\n{}}}\n{tail}",
        sizes.concat()
    )
}
