//! The shipped deployments of the published connectors, each loaded as its container loads it: what
//! the crate says against what the rules say, which stand here a second time in plain code.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use opencti_connector::config::{Config, Finding, Origin, Report, Sources};
use opencti_connector::kind::{self, Kind};
use opencti_connector::{AnyConnector, ConnectorType};
use serde::Deserialize;

use crate::rows::{self, rows};

/// A hyphenated UUIDv4, for a connector whose own id is none.
const SOME_ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// A connector of the catalogue, with the texts that stand in its deployment file.
#[derive(Deserialize)]
struct Shipped {
    slug: String,
    connector_type: String,
    scope_registered: String,
    auto: String,
    only_contextual: String,
    auto_update: String,
    enrichment_resolution: String,
    listen_protocol: String,
    xtm_one_intent: String,
    connector_id: String,
    name: String,
}

impl Shipped {
    /// The variables that the deployment sets.
    fn variables(&self) -> Vec<(&str, &str)> {
        let all = [
            ("CONNECTOR_ID", &self.connector_id),
            ("CONNECTOR_NAME", &self.name),
            ("CONNECTOR_TYPE", &self.connector_type),
            ("CONNECTOR_SCOPE", &self.scope_registered),
            ("CONNECTOR_AUTO", &self.auto),
            ("CONNECTOR_ONLY_CONTEXTUAL", &self.only_contextual),
            ("CONNECTOR_AUTO_UPDATE", &self.auto_update),
            (
                "CONNECTOR_ENRICHMENT_RESOLUTION",
                &self.enrichment_resolution,
            ),
            ("CONNECTOR_LISTEN_PROTOCOL", &self.listen_protocol),
            ("CONNECTOR_XTM_ONE_INTENT", &self.xtm_one_intent),
        ];
        let set = all.into_iter().filter(|(_, text)| !text.is_empty());
        set.map(|(name, text)| (name, text.as_str())).collect()
    }

    fn config(&self) -> Config {
        Config::sources()
            .variables(self.variables())
            .load()
            .unwrap()
    }

    fn has_no_scope(&self) -> bool {
        ["EXTERNAL_IMPORT", "STREAM"].contains(&self.connector_type.as_str())
    }

    fn scope_entries(&self) -> Vec<&str> {
        self.scope_registered.split(',').map(str::trim).collect()
    }
}

/// The platform's entity types by their names in lower case.
fn entity_types() -> BTreeMap<String, String> {
    #[derive(Deserialize)]
    struct Row {
        name: String,
    }

    let rows: Vec<Row> = rows(include_str!("../data/entity_types.csv"));
    rows.into_iter()
        .map(|row| (row.name.to_ascii_lowercase(), row.name))
        .collect()
}

/// What a finding is about: the variable, the value, and how the message starts.
type Expected = (&'static str, Option<String>, &'static str);

/// The faults and the warnings of a deployment, by the rules.
fn by_rule(shipped: &Shipped, known: &BTreeMap<String, String>) -> (Vec<Expected>, Vec<Expected>) {
    let mut faults = Vec::new();
    let mut warnings = Vec::new();
    let scope = || Some(shipped.scope_registered.clone());
    let entries = shipped.scope_entries();
    let are_files = shipped.connector_type.ends_with("_FILE");

    let is_named = named_id(&shipped.connector_id)
        .is_some_and(|(name, uuid)| !name.is_empty() && id_fault(uuid).is_none());
    if let Some(reason) = id_fault(&shipped.connector_id).filter(|_| !is_named) {
        faults.push(("CONNECTOR_ID", Some(shipped.connector_id.clone()), reason));
    }
    if shipped.has_no_scope() {
        if !shipped.scope_registered.is_empty() {
            warnings.push(("CONNECTOR_SCOPE", scope(), "is dropped"));
        }
    } else if entries == ["not-applicable"] {
        faults.push(("CONNECTOR_SCOPE", None, "is missing"));
        warnings.push(("CONNECTOR_SCOPE", scope(), "is dropped"));
    } else if shipped.scope_registered.contains(['"', '\'']) {
        faults.push(("CONNECTOR_SCOPE", scope(), "contains quotes"));
    } else {
        for entry in entries {
            let value = Some(entry.to_owned());
            if are_files && !is_mime_type(entry) {
                faults.push(("CONNECTOR_SCOPE", value, ""));
            } else if !are_files && entry.contains('/') {
                faults.push(("CONNECTOR_SCOPE", value, "holds a slash"));
            } else if !are_files && !known.contains_key(&entry.to_ascii_lowercase()) {
                warnings.push(("CONNECTOR_SCOPE", value, "is not an entity type"));
            }
        }
    }
    if is_named {
        // What is dropped comes before what is wrong with the connector.
        let is_dropped = |warning: &Expected| warning.2 == "is dropped";
        let at = warnings.iter().filter(|it| is_dropped(it)).count();
        let id = Some(shipped.connector_id.clone());
        warnings.insert(at, ("CONNECTOR_ID", id, "has a name in front of its UUID"));
    }
    let runs_by_itself = ["INTERNAL_ENRICHMENT", "INTERNAL_IMPORT_FILE"];
    if shipped.auto == "true" && !runs_by_itself.contains(&shipped.connector_type.as_str()) {
        warnings.push(("CONNECTOR_AUTO", None, "does nothing"));
    }
    if shipped.only_contextual == "true" && shipped.connector_type != "INTERNAL_IMPORT_FILE" {
        warnings.push(("CONNECTOR_ONLY_CONTEXTUAL", None, "does nothing"));
    }
    let resolution = &shipped.enrichment_resolution;
    if !["", "none", "stix_bundle", "deferred"].contains(&resolution.as_str()) {
        let value = Some(resolution.clone());
        warnings.push(("CONNECTOR_ENRICHMENT_RESOLUTION", value, "is none of"));
    }
    (faults, warnings)
}

/// The name in front of a UUID, and the UUID.
fn named_id(id: &str) -> Option<(&str, &str)> {
    id.split_once("--")
}

/// Why an id is refused.
fn id_fault(id: &str) -> Option<&'static str> {
    let id = named_id(id).map_or(id, |(_, uuid)| uuid);
    let is_hyphenated = id.len() == 36
        && id.char_indices().all(|(position, c)| match position {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        });
    let is_version_4 = || id.as_bytes()[14] == b'4' && b"89abAB".contains(&id.as_bytes()[19]);
    let is_placeholder = ["changeme", "connector_id"]
        .iter()
        .any(|placeholder| id.to_ascii_lowercase().contains(placeholder));
    match () {
        () if is_hyphenated && is_version_4() => None,
        () if is_hyphenated => Some("is a UUID but not version 4"),
        () if is_placeholder => Some("is a placeholder"),
        () => Some("is not a UUID"),
    }
}

/// The catalogue does without the other characters of MIME, and without parameters.
fn is_mime_type(entry: &str) -> bool {
    let is_token = |text: &str| {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        !text.is_empty() && text.chars().all(is_allowed)
    };
    let parts = entry.split_once('/');
    parts.is_some_and(|(main, sub)| is_token(main) && is_token(sub))
}

/// Each finding is as expected, in order, and is about what the environment says.
fn assert_findings(slug: &str, found: &[Finding], expected: &[Expected]) {
    assert_eq!(found.len(), expected.len(), "{slug}: {found:?}");
    for (found, (variable, value, start)) in found.iter().zip(expected) {
        assert_eq!(found.variable(), Some(*variable), "{slug}: {found}");
        assert_eq!(found.value(), value.as_deref(), "{slug}: {found}");
        assert!(found.message().starts_with(start), "{slug}: {found}");
        assert_eq!(found.origin(), &Origin::Environment, "{slug}: {found}");
    }
}

/// Compares counts with what they should be.
#[track_caller]
fn assert_counts<K: AsRef<str> + Ord, C: PartialEq + Copy + std::fmt::Debug>(
    counts: &BTreeMap<K, C>,
    expected: &[(&str, C)],
) {
    let counts: Vec<_> = counts.iter().map(|(key, c)| (key.as_ref(), *c)).collect();
    assert_eq!(counts, expected);
}

#[test]
fn a_shipped_deployment_loads_or_is_refused_as_the_rules_say() {
    let known = entity_types();
    let mut verdicts = BTreeMap::<String, [usize; 3]>::new();
    let mut reasons = BTreeMap::<String, usize>::new();
    for shipped in rows::catalogue::<Shipped>() {
        let slug = &shipped.slug;
        let config = shipped.config();
        let (faults, warnings) = by_rule(&shipped, &known);
        assert_findings(slug, &config.warnings(), &warnings);
        match config.any_connector() {
            Ok(connector) => {
                assert_eq!(faults, [], "{slug}");
                assert_is_as_shipped(&connector, &shipped, &known);
            }
            Err(report) => {
                assert_findings(slug, report.faults(), &faults);
                assert_findings(slug, report.warnings(), &warnings);
            }
        }
        for (variable, _, start) in faults.iter().chain(&warnings) {
            let reason = format!("{}: {variable} {start}", shipped.connector_type);
            *reasons.entry(reason).or_default() += 1;
        }
        let [loads, warned, refused] = verdicts.entry(shipped.connector_type).or_default();
        *match (faults.as_slice(), warnings.as_slice()) {
            ([], []) => loads,
            ([], _) => warned,
            _ => refused,
        } += 1;
    }
    assert_counts(
        &verdicts,
        &[
            // Loads without a word, loads with warnings, is refused.
            ("EXTERNAL_IMPORT", [0, 29, 56]),
            ("INTERNAL_ENRICHMENT", [12, 3, 16]),
            ("INTERNAL_EXPORT_FILE", [0, 0, 5]),
            ("INTERNAL_IMPORT_FILE", [4, 0, 1]),
            ("STREAM", [0, 6, 17]),
        ],
    );
    assert_counts(
        &reasons,
        &[
            (
                "EXTERNAL_IMPORT: CONNECTOR_ID has a name in front of its UUID",
                7,
            ),
            (
                "EXTERNAL_IMPORT: CONNECTOR_ID is a UUID but not version 4",
                1,
            ),
            ("EXTERNAL_IMPORT: CONNECTOR_ID is a placeholder", 50),
            ("EXTERNAL_IMPORT: CONNECTOR_ID is not a UUID", 5),
            ("EXTERNAL_IMPORT: CONNECTOR_SCOPE is dropped", 85),
            (
                "INTERNAL_ENRICHMENT: CONNECTOR_ID has a name in front of its UUID",
                2,
            ),
            ("INTERNAL_ENRICHMENT: CONNECTOR_ID is a placeholder", 13),
            ("INTERNAL_ENRICHMENT: CONNECTOR_ID is not a UUID", 3),
            (
                "INTERNAL_ENRICHMENT: CONNECTOR_SCOPE is not an entity type",
                3,
            ),
            ("INTERNAL_EXPORT_FILE: CONNECTOR_ID is a placeholder", 5),
            ("INTERNAL_IMPORT_FILE: CONNECTOR_ID is a placeholder", 1),
            ("STREAM: CONNECTOR_ID is a placeholder", 16),
            ("STREAM: CONNECTOR_ID is not a UUID", 1),
            ("STREAM: CONNECTOR_SCOPE is dropped", 23),
        ],
    );
}

/// The connector holds what the deployment says: nothing is lost or changed on the way.
fn assert_is_as_shipped(
    connector: &AnyConnector,
    shipped: &Shipped,
    known: &BTreeMap<String, String>,
) {
    let slug = &shipped.slug;
    let or_none = |text: &str| match text {
        "" => "none".to_owned(),
        text => text.to_owned(),
    };
    let mut scope = shipped.scope_entries();
    if shipped.has_no_scope() {
        scope.clear();
    }
    // Known types are written as the platform writes them.
    let scope = scope.into_iter().map(|entry| {
        let name = known.get(&entry.to_ascii_lowercase());
        name.map_or(entry, String::as_str)
    });
    assert_eq!(connector.id().as_str(), shipped.connector_id, "{slug}");
    assert_eq!(connector.name().as_str(), shipped.name, "{slug}");
    assert_eq!(connector.connector_type().as_str(), shipped.connector_type);
    assert!(connector.scope_entries().eq(scope), "{slug}: {connector:?}");
    assert_eq!(connector.auto(), shipped.auto == "true", "{slug}");
    let only_contextual = shipped.only_contextual == "true";
    assert_eq!(connector.only_contextual(), only_contextual, "{slug}");
    assert_eq!(connector.auto_update(), shipped.auto_update == "true");
    let resolution = connector.enrichment_resolution().to_string();
    assert_eq!(resolution, or_none(&shipped.enrichment_resolution));
    let intent = connector.xtm_one_intent().unwrap_or_default();
    assert_eq!(intent, shipped.xtm_one_intent, "{slug}");
    assert_eq!(connector.listen_callback_uri(), None, "{slug}");
}

fn as_kind<K: Kind>(config: &Config) -> Result<AnyConnector, Report> {
    config.connector::<K>().map(AnyConnector::from)
}

type AsKind = fn(&Config) -> Result<AnyConnector, Report>;

const KINDS: [(ConnectorType, AsKind); 6] = [
    (
        ConnectorType::ExternalImport,
        as_kind::<kind::ExternalImport>,
    ),
    (
        ConnectorType::InternalImportFile,
        as_kind::<kind::InternalImportFile>,
    ),
    (
        ConnectorType::InternalEnrichment,
        as_kind::<kind::InternalEnrichment>,
    ),
    (
        ConnectorType::InternalAnalysis,
        as_kind::<kind::InternalAnalysis>,
    ),
    (
        ConnectorType::InternalExportFile,
        as_kind::<kind::InternalExportFile>,
    ),
    (ConnectorType::Stream, as_kind::<kind::Stream>),
];

#[test]
fn a_deployment_is_a_connector_of_its_own_kind_and_of_no_other() {
    for shipped in rows::catalogue::<Shipped>() {
        let config = shipped.config();
        for (connector_type, as_kind) in KINDS {
            let read = as_kind(&config);
            if connector_type.as_str() == shipped.connector_type {
                assert_eq!(read, config.any_connector(), "{}", shipped.slug);
                continue;
            }
            let report = read.unwrap_err();
            let faults = report.faults().iter();
            let of_type: Vec<_> = faults
                .filter(|fault| fault.variable() == Some("CONNECTOR_TYPE"))
                .collect();
            let [fault] = of_type.as_slice() else {
                panic!("{}: {report}", shipped.slug)
            };
            assert_eq!(fault.value(), Some(shipped.connector_type.as_str()));
            // The fault says what the program is, for the operator who took the wrong image.
            let expected = format!("a connector of type {connector_type};");
            assert!(fault.message().contains(&expected), "{fault}");
        }
    }
}

#[test]
fn a_deployment_that_is_refused_for_its_id_alone_loads_under_another() {
    let known = entity_types();
    let mut counts = BTreeMap::<String, usize>::new();
    for mut shipped in rows::catalogue::<Shipped>() {
        let (faults, _) = by_rule(&shipped, &known);
        let of_id = faults.iter().filter(|fault| fault.0 == "CONNECTOR_ID");
        if faults.is_empty() || of_id.count() < faults.len() {
            continue;
        }
        shipped.connector_id = SOME_ID.into();
        let connector = shipped.config().any_connector().unwrap();
        assert_is_as_shipped(&connector, &shipped, &known);
        *counts.entry(shipped.connector_type).or_default() += 1;
    }
    // All that are refused.
    assert_counts(
        &counts,
        &[
            ("EXTERNAL_IMPORT", 56),
            ("INTERNAL_ENRICHMENT", 16),
            ("INTERNAL_EXPORT_FILE", 5),
            ("INTERNAL_IMPORT_FILE", 1),
            ("STREAM", 17),
        ],
    );
}

#[test]
fn a_token_that_nobody_has_filled_in_hides_nothing() {
    let mut with_sample = 0;
    for shipped in rows::catalogue::<Shipped>() {
        let sources = Config::sources().variables(shipped.variables());
        let sample = sources.clone().variables([("OPENCTI_TOKEN", "ChangeMe")]);
        let of_connector = |sources: Sources| {
            let read = sources.load().unwrap().any_connector();
            let faults = read
                .err()
                .map_or(Vec::new(), |report| report.faults().to_vec());
            let is_other = |fault: &Finding| fault.variable() != Some("OPENCTI_TOKEN");
            faults.into_iter().filter(is_other).collect::<Vec<_>>()
        };
        let faults = of_connector(sample);
        let shows = |fault: &Finding| fault.value().is_some_and(|it| it.contains("ChangeMe"));
        with_sample += usize::from(faults.iter().any(shows));
        assert_eq!(faults, of_connector(sources), "{}", shipped.slug);
    }
    assert_eq!(with_sample, 81);
}

#[test]
fn a_file_says_the_same_as_the_variables() {
    for shipped in rows::catalogue::<Shipped>() {
        let mut yaml = "connector:\n".to_owned();
        for (name, text) in shipped.variables() {
            let key = name.strip_prefix("CONNECTOR_").unwrap().to_lowercase();
            // JSON is YAML.
            writeln!(yaml, "  {key}: {}", serde_json::json!(text)).unwrap();
        }
        let from_file = Config::sources().yaml(yaml).load().unwrap();
        let from_variables = shipped.config();
        match (from_file.any_connector(), from_variables.any_connector()) {
            (Ok(left), Ok(right)) => {
                assert_eq!(left.to_input().to_json(), right.to_input().to_json());
            }
            (Err(left), Err(right)) => {
                let right = right.to_string();
                let right = right.replace("from the environment", "from the YAML text");
                assert_eq!(left.to_string(), right);
            }
            (left, right) => panic!("{}: {left:?}, {right:?}", shipped.slug),
        }
    }
}

/// A folder that is gone with the test, whatever comes of it.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_container_reads_its_environment_over_the_nearest_file() {
    // The environment and the folders of a process are its own alone in another process: this test
    // starts itself again as the program in the container.
    const IN_CONTAINER: &str = "TEST_IN_CONTAINER";
    if env::var_os(IN_CONTAINER).is_some() {
        let connector = Config::load().and_then(|config| config.any_connector());
        let said = connector.map(|it| format!("{} {:?}", it.name(), it.version()));
        println!(
            "\nsaid: {}",
            said.unwrap_or_else(|report| report.to_string())
        );
        return;
    }

    let name = format!("container-{}", std::process::id());
    let folder = Folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
    for place in ["bin", "up/run"] {
        fs::create_dir_all(folder.0.join(place)).unwrap();
    }
    let program = folder.0.join("bin/connector");
    fs::copy(env::current_exe().unwrap(), &program).unwrap();
    let catalogue = rows::catalogue::<Shipped>();
    let shodan = catalogue.iter().find(|it| it.slug == "shodan").unwrap();
    let mut variables = shodan.variables();
    variables.retain(|(name, _)| *name != "CONNECTOR_NAME");
    let start = |named: &[(&str, &str)]| {
        let mut container = Command::new(&program);
        let this = "catalogue::a_container_reads_its_environment_over_the_nearest_file";
        container
            .args([this, "--exact", "--nocapture"])
            .current_dir(folder.0.join("up/run"))
            .env_remove("CONNECTOR_NAME")
            .env(IN_CONTAINER, "yes")
            .envs(variables.iter().chain(named).copied());
        let output = String::from_utf8(container.output().unwrap().stdout).unwrap();
        let (_, said) = output.split_once("\nsaid: ").expect(&output);
        said.lines().next().unwrap().to_owned()
    };

    assert_eq!(start(&[]), "1 fault in the configuration:");
    for place in ["up", "up/run", "bin"] {
        let yaml = format!("connector: {{name: From {place}}}");
        fs::write(folder.0.join(place).join("config.yml"), yaml).unwrap();
        assert_eq!(start(&[]), format!("From {place} None"));
    }
    fs::write(
        folder.0.join("bin/.connector_version.json"),
        r#"{"version": "1.4.0"}"#,
    )
    .unwrap();
    assert_eq!(
        start(&[("CONNECTOR_NAME", "Shodan")]),
        "Shodan Some(\"1.4.0\")"
    );
}
