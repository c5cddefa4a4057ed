//! Measures the cost of validation, as a ratio to hand-written code without any.
//!
//! Both sides take turns within one run, so a busy machine slows them equally. Each figure is the
//! median of the ratios of all rounds. The bars are goals; the bench does not fail if one is
//! missed.
//!
//! `cargo bench --bench payload` runs it.

use std::hint::black_box;
use std::time::{Duration, Instant};

use opencti_connector::kind::Kind;
use opencti_connector::mime::{APPLICATION_PDF, TEXT_HTML, TEXT_PLAIN};
use opencti_connector::{
    Connector, ConnectorBuilder, EnrichmentResolution, EntityScope, EntityType, InvalidConnector,
    RawConnector,
};
use serde::{Deserialize, Serialize};

/// The hand-written payload.
#[derive(Serialize, Deserialize)]
struct Payload {
    input: Input,
}

#[derive(Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the platform's flags are independent"
)]
struct Input {
    id: String,
    name: String,
    #[serde(rename = "type")]
    connector_type: String,
    scope: Vec<String>,
    auto: bool,
    auto_update: bool,
    enrichment_resolution: String,
    only_contextual: bool,
    playbook_compatible: bool,
    listen_callback_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slug: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    xtm_one_intent: Option<String>,
}

/// The input of both sides.
struct Texts {
    id: &'static str,
    name: &'static str,
    uri: Option<&'static str>,
    version: Option<&'static str>,
    slug: Option<&'static str>,
    intent: Option<&'static str>,
}

const FEW: Texts = Texts {
    id: "550e8400-e29b-41d4-a716-446655440000",
    name: "Shodan InternetDB",
    uri: None,
    version: None,
    slug: None,
    intent: None,
};

const ALL: Texts = Texts {
    uri: Some("http://shodan-internetdb.internal:7070/api/callback"),
    version: Some("1.4.0"),
    slug: Some("shodan-internetdb"),
    intent: Some("cti.stix_harvester"),
    ..FEW
};

impl Texts {
    fn set_on<K: Kind, I, N, S>(
        &self,
        mut builder: ConnectorBuilder<K, I, N, S>,
    ) -> ConnectorBuilder<K, I, N, S> {
        builder = builder
            .auto(true)
            .enrichment_resolution(EnrichmentResolution::StixBundle);
        if let Some(uri) = self.uri {
            builder = builder.listen_callback_uri(uri);
        }
        if let Some(version) = self.version {
            builder = builder.version(version);
        }
        if let Some(slug) = self.slug {
            builder = builder.slug(slug);
        }
        if let Some(intent) = self.intent {
            builder = builder.xtm_one_intent(intent);
        }
        builder
    }

    fn by_hand(&self, connector_type: &str, scope: &[&str]) -> Payload {
        Payload {
            input: Input {
                id: self.id.to_owned(),
                name: self.name.to_owned(),
                connector_type: connector_type.to_owned(),
                scope: scope.iter().map(|entry| (*entry).to_owned()).collect(),
                auto: true,
                auto_update: false,
                enrichment_resolution: "stix_bundle".to_owned(),
                only_contextual: false,
                playbook_compatible: false,
                listen_callback_uri: self.uri.map(str::to_owned),
                version: self.version.map(str::to_owned),
                slug: self.slug.map(str::to_owned),
                xtm_one_intent: self.intent.map(str::to_owned),
            },
        }
    }
}

const ROUNDS: usize = 201;

/// Duration of each side of a round, long enough to hide the cost of reading the clock.
const SIDE: Duration = Duration::from_micros(300);

struct Measured {
    /// Median time in nanoseconds.
    ours: f64,
    /// Median time in nanoseconds.
    theirs: f64,
    /// Median of the rounds' ratios.
    ratio: f64,
}

fn compare<A, B>(mut ours: impl FnMut() -> A, mut theirs: impl FnMut() -> B) -> Measured {
    let (our_calls, their_calls) = (calls(&mut ours), calls(&mut theirs));
    in_turns(
        || per_call(&mut ours, our_calls),
        || per_call(&mut theirs, their_calls),
    )
}

/// Runs two timings in turns, and returns their medians.
fn in_turns(mut ours: impl FnMut() -> f64, mut theirs: impl FnMut() -> f64) -> Measured {
    let rounds: Vec<_> = (0..ROUNDS)
        .map(|round| {
            let levels = round % 16;
            // The side that goes second runs on the caches that the first one left.
            if round % 2 == 0 {
                let ours = deeper(levels, &mut ours);
                (ours, deeper(levels, &mut theirs))
            } else {
                let theirs = deeper(levels, &mut theirs);
                (deeper(levels, &mut ours), theirs)
            }
        })
        .collect();
    Measured {
        ours: median(rounds.iter().map(|round| round.0)),
        theirs: median(rounds.iter().map(|round| round.1)),
        ratio: median(rounds.iter().map(|round| round.0 / round.1)),
    }
}

/// Calls with the stack some levels deeper. The position of the stack relative to heap writes
/// within a page changes timings by a third; varying it in a run averages this out.
#[inline(never)]
fn deeper(levels: usize, call: &mut dyn FnMut() -> f64) -> f64 {
    let padding = black_box([0_u8; 240]);
    let taken = match levels {
        0 => call(),
        _ => deeper(levels - 1, call),
    };
    black_box(padding);
    taken
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Returns the number of calls that fill one side of a round.
fn calls<T>(call: &mut impl FnMut() -> T) -> u32 {
    let start = Instant::now();
    let mut calls = 0;
    while start.elapsed() < 20 * SIDE {
        black_box(call());
        calls += 1;
    }
    (calls / 20).max(1)
}

fn per_call<T>(call: &mut impl FnMut() -> T, calls: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(call());
    }
    nanoseconds(start) / f64::from(calls)
}

fn nanoseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e9
}

fn print_head(title: &str, ours: &str, theirs: &str) {
    println!("\n{title}");
    println!(
        "  {:<42} {ours:>12} {theirs:>12} {:>7} {:>7}",
        "", "ratio", "bar"
    );
}

fn print_row(name: &str, measured: &Measured, bar: Option<f64>) {
    let Measured {
        ours,
        theirs,
        ratio,
    } = measured;
    let bar = bar.map_or(String::new(), |bar| format!("{bar:.2}"));
    println!("  {name:<42} {ours:>9.1} ns {theirs:>9.1} ns {ratio:>7.3} {bar:>7}");
}

struct Connectors {
    name: String,
    text: Measured,
    build: Measured,
    parse: Measured,
    validate: Measured,
}

fn connectors<K: Kind>(
    texts: &Texts,
    scope: &[&str],
    build: impl Fn(&Texts) -> Result<Connector<K>, InvalidConnector>,
) -> Connectors {
    let of_texts = || build(black_box(texts)).expect("it is valid");
    let by_hand = || black_box(texts).by_hand(black_box(K::TYPE.as_str()), black_box(scope));
    let json_by_hand = |payload: &Payload| serde_json::to_string(payload).expect("it is JSON");

    let connector = of_texts();
    let payload = by_hand();
    let json = connector.to_input().to_json();
    assert_eq!(
        json,
        json_by_hand(&payload),
        "both sides must write the same text"
    );

    let inner = serde_json::to_string(&payload.input).expect("it is JSON");
    let parse = || serde_json::from_str::<RawConnector>(black_box(&inner)).expect("it is JSON");
    let parse_by_hand = || serde_json::from_str::<Input>(black_box(&inner)).expect("it is JSON");
    let raw = parse();
    Connectors {
        name: format!(
            "{}, {} settings",
            K::TYPE,
            if texts.uri.is_some() { "all" } else { "few" }
        ),
        text: compare(
            || black_box(&connector).to_input().to_json(),
            || json_by_hand(black_box(&payload)),
        ),
        build: compare(
            || of_texts().to_input().to_json(),
            || json_by_hand(&by_hand()),
        ),
        parse: compare(|| parse().validate().expect("it is valid"), parse_by_hand),
        validate: compare(
            || black_box(&raw).validate().expect("it is valid"),
            parse_by_hand,
        ),
    }
}

fn all_connectors() -> Vec<Connectors> {
    let entity_types = &["IPv4-Addr", "IPv6-Addr", "Indicator"];
    let mime_types = &["application/pdf", "text/plain", "text/html"];
    let measured = [FEW, ALL].map(|texts| {
        [
            connectors(&texts, &[], |texts| {
                let builder = texts.set_on(Connector::external_import());
                builder.id(texts.id).name(texts.name).build()
            }),
            connectors(&texts, mime_types, |texts| {
                let builder = texts.set_on(Connector::internal_import_file());
                let scope = [APPLICATION_PDF, TEXT_PLAIN, TEXT_HTML];
                builder.id(texts.id).name(texts.name).scope(scope).build()
            }),
            connectors(&texts, entity_types, |texts| {
                let builder = texts.set_on(Connector::internal_enrichment());
                let scope = [
                    EntityType::Ipv4Addr,
                    EntityType::Ipv6Addr,
                    EntityType::Indicator,
                ];
                builder.id(texts.id).name(texts.name).scope(scope).build()
            }),
            connectors(&texts, mime_types, |texts| {
                let builder = texts.set_on(Connector::internal_analysis());
                let scope = [APPLICATION_PDF, TEXT_PLAIN, TEXT_HTML];
                builder.id(texts.id).name(texts.name).scope(scope).build()
            }),
            connectors(&texts, mime_types, |texts| {
                let builder = texts.set_on(Connector::internal_export_file());
                let scope = [APPLICATION_PDF, TEXT_PLAIN, TEXT_HTML];
                builder.id(texts.id).name(texts.name).scope(scope).build()
            }),
            connectors(&texts, &[], |texts| {
                let builder = texts.set_on(Connector::stream());
                builder.id(texts.id).name(texts.name).build()
            }),
        ]
    });
    measured.into_iter().flatten().collect()
}

const ENTRIES: u16 = 30_000;

/// Returns a timing of building all entries into scopes, in nanoseconds per entry. It excludes
/// preparing the lists and dropping the scopes.
fn per_entry<L, T>(prepare: impl Fn() -> Vec<L>, scope_of: impl Fn(L) -> T) -> impl FnMut() -> f64 {
    move || {
        let lists = prepare();
        let mut scopes = Vec::with_capacity(lists.len());
        let start = Instant::now();
        scopes.extend(lists.into_iter().map(&scope_of));
        let taken = nanoseconds(start);
        drop(black_box(scopes));
        taken / f64::from(ENTRIES)
    }
}

fn scopes_of_items(length: usize) -> impl FnMut() -> f64 {
    let entries = (0..ENTRIES).map(|number| EntityType::custom(format!("X-Acme-Asset-{number}")));
    let entries: Vec<_> = entries.collect::<Result<_, _>>().expect("they are valid");
    let lists = move || entries.chunks(length).map(<[_]>::to_vec).collect();
    per_entry(lists, |list| {
        EntityScope::try_from(list).expect("it is valid")
    })
}

fn scopes_of_text(length: usize) -> impl FnMut() -> f64 {
    let entries: Vec<_> = (0..ENTRIES)
        .map(|number| format!("X-Acme-Asset-{number}"))
        .collect();
    let lists = move || {
        entries
            .chunks(length)
            .map(|chunk| chunk.join(","))
            .collect()
    };
    per_entry(lists, |list: String| {
        list.parse::<EntityScope>().expect("it is valid")
    })
}

fn main() {
    let connectors = all_connectors();
    let rows = |measured: fn(&Connectors) -> &Measured, bar| {
        for connector in &connectors {
            print_row(&connector.name, measured(connector), bar);
        }
    };
    println!("{ROUNDS} rounds: median times, and the median of the rounds' ratios");
    print_head(
        "Write the JSON text of a built connector",
        "ours",
        "by hand",
    );
    rows(|connector| &connector.text, Some(1.05));
    print_head(
        "Build a connector and write its JSON text",
        "ours",
        "by hand",
    );
    rows(|connector| &connector.build, Some(1.25));
    print_head(
        "Parse a raw connector from JSON and validate it",
        "ours",
        "JSON by hand",
    );
    rows(|connector| &connector.parse, None);
    print_head("Validation only", "ours", "JSON by hand");
    rows(|connector| &connector.validate, None);

    print_head(
        "Scope of distinct entries, time per entry",
        "this length",
        "300 entries",
    );
    for (name, length, bar) in [
        ("3 entries", 3, None),
        ("30,000 entries", usize::from(ENTRIES), Some(1.3)),
    ] {
        let items = in_turns(scopes_of_items(length), scopes_of_items(300));
        print_row(&format!("{name}, from a Vec"), &items, bar);
        let text = in_turns(scopes_of_text(length), scopes_of_text(300));
        print_row(&format!("{name}, from text"), &text, bar);
    }
}
