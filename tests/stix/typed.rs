//! Typed objects: their ids are pycti's, their faults are all told, and the platform's table of
//! relationships is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr as V4, Ipv6Addr as V6};

use opencti_connector::EntityType;
use opencti_connector::stix::model::{
    AdministrativeArea, AiPrompt, Artifact, AttackPattern, AutonomousSystem, BankAccount, Campaign,
    CaseIncident, CaseRfi, CaseRft, Channel, City, Country, CourseOfAction, Credential,
    CryptocurrencyWallet, CryptographicKey, DataComponent, DataSource, Directory, DomainName,
    EmailAddr, EmailMessage, Event, ExternalReference, Feedback, Grouping, HashAlgorithm, Hostname,
    Iccid, Imei, Imsi, Incident, Indicator, Individual, Infrastructure, IntrusionSet, Ipv4Addr,
    Ipv6Addr, KillChainPhase, Language, MacAddr, Malware, MalwareAnalysis, Marking, MediaContent,
    Mutex, Narrative, NetworkTraffic, Note, ObservedData, Opinion, Organization, PaymentCard,
    Persona, PhoneNumber, Position, Process, Region, Relationship, Report, Sector,
    SecurityCoverage, SecurityPlatform, Sighting, Software, SshKey, StixFile, System, Task, Text,
    ThreatActorGroup, ThreatActorIndividual, Tool, TrackingNumber, Typed, Url, UserAccount,
    UserAgent, Vulnerability, WindowsRegistryKey, X509Certificate,
};
use opencti_connector::stix::{Bundle, Object, StixId, Tlp, id_of};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

const TIME: &str = "2026-11-24T00:00:00.000Z";
const JANUARY: &str = "2026-01-01T00:00:00.000Z";
const FEBRUARY: &str = "2026-02-01T00:00:00.000Z";

/// Cases by name, each with the id that the object says it has and what it serializes as.
#[derive(Default)]
struct Cases(BTreeMap<&'static str, (String, Value)>);

impl Cases {
    fn add(&mut self, name: &'static str, id: &impl ToString, object: impl Serialize) {
        let object = serde_json::to_value(object).unwrap();
        assert!(
            self.0.insert(name, (id.to_string(), object)).is_none(),
            "{name}"
        );
    }
}

macro_rules! cases {
    ($cases:ident: $($name:literal: $object:expr,)+) => {
        $({
            let object = $object;
            $cases.add($name, &object.id(), &object);
        })+
    };
}

fn entities(cases: &mut Cases) {
    cases! { cases:
        "Malware": Malware::new(" emotet").is_family(true),
        "AttackPattern": AttackPattern::new("Phishing"),
        "AttackPattern by MITRE id": AttackPattern::new("Phishing").mitre_id("T1566"),
        "Campaign": Campaign::new("Ghost"),
        "Channel": Channel::new("Ghost"),
        "CourseOfAction": CourseOfAction::new("Ghost"),
        "DataComponent": DataComponent::new("Ghost"),
        "DataSource": DataSource::new("Ghost"),
        "Event": Event::new("Ghost"),
        "Incident": Incident::new("Ghost", TIME),
        "Indicator": Indicator::new("[ipv4-addr:value = '198.51.100.7']", "stix").score(100),
        "Infrastructure": Infrastructure::new("Ghost"),
        "IntrusionSet": IntrusionSet::new("APT28"),
        "Language": Language::new("Ghost"),
        "MalwareAnalysis": MalwareAnalysis::new("Ghost", "Sandbox").submitted(TIME),
        "Narrative": Narrative::new("Ghost"),
        "ThreatActorGroup": ThreatActorGroup::new("APT28"),
        "ThreatActorIndividual": ThreatActorIndividual::new("Jo"),
        "Tool": Tool::new("nmap"),
        "Vulnerability": Vulnerability::new("CVE-2026-0001"),
        "Individual": Individual::new("Example"),
        "Organization": Organization::new("Example"),
        "Sector": Sector::new("Example"),
        "System": System::new("Example"),
        "SecurityPlatform": SecurityPlatform::new("Example"),
        "Region": Region::new("Paris"),
        "Country": Country::new("Paris"),
        "AdministrativeArea": AdministrativeArea::new("Paris"),
        "City": City::new("Paris"),
        "Position": Position::new("Paris"),
        "Position by coordinates": Position::new("Paris").coordinates(48.85, 2.35),
        "Report": Report::new("Q3", "2026-10-01T00:00:00Z"),
        "Note": Note::new("Seen.").created("2026-11-24T00:00:00Z"),
        "CaseIncident": CaseIncident::new("Ghost", TIME),
        "CaseRfi": CaseRfi::new("Ghost", TIME),
        "CaseRft": CaseRft::new("Ghost", TIME),
        "Feedback": Feedback::new("Ghost"),
        "Task": Task::new("Ghost", TIME),
        "Opinion": Opinion::new("agree").created(TIME),
        "Grouping": Grouping::new("Ghost", "suspicious-activity").created(TIME),
    }
}

fn about_others(cases: &mut Cases) {
    let (malware, group) = (Malware::new("Emotet"), IntrusionSet::new("APT28"));
    let place = Organization::new("Example");
    cases! { cases:
        "ObservedData": ObservedData::new([&malware], TIME, TIME, 1),
        "SecurityCoverage": SecurityCoverage::new("Ghost", &malware),
        "Relationship": Relationship::uses(&group, &malware),
        "Relationship with times":
            Relationship::uses(&group.id(), &malware.id()).start_time(JANUARY).stop_time(FEBRUARY),
        "Sighting": Sighting::new(&malware, &place).count(3),
        "Sighting with times":
            Sighting::new(malware.id(), &place).first_seen(JANUARY).last_seen(FEBRUARY),
        "Marking of the platform": Marking::new("PAP", "PAP:RED"),
        "Marking by a statement": Marking::statement("Example"),
    }
}

fn observables(cases: &mut Cases) {
    cases! { cases:
        "AutonomousSystem": AutonomousSystem::new(15169).score(10).labels(["as"]),
        "Directory": Directory::new("/tmp"),
        "DomainName": DomainName::new("example.org"),
        "EmailAddr": EmailAddr::new("a@example.org"),
        "Ipv4Addr": Ipv4Addr::new(V4::new(198, 51, 100, 7)),
        "Ipv6Addr": Ipv6Addr::new("2001:DB8:0::1".parse::<V6>().unwrap()),
        "MacAddr": MacAddr::new("02:00:00:00:00:01"),
        "Mutex": Mutex::new("Ghost"),
        "Software": Software::new("nginx").vendor("F5").version("1.0"),
        "StixFile by hash":
            StixFile::by_hash(HashAlgorithm::Sha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709")
                .hash(HashAlgorithm::Md5, "d41d8cd98f00b204e9800998ecf8427e")
                .name("a.txt"),
        "StixFile by name": StixFile::by_name("a.txt").size(7),
        "Url": Url::new("https://example.org/"),
        "UserAccount": UserAccount::new("root").account_type("unix"),
        "AiPrompt": AiPrompt::new("Ghost"),
        "Credential": Credential::new("Ghost"),
        "CryptocurrencyWallet": CryptocurrencyWallet::new("Ghost"),
        "CryptographicKey": CryptographicKey::new("Ghost"),
        "Hostname": Hostname::new("Ghost"),
        "Iccid": Iccid::new("Ghost"),
        "Imei": Imei::new("Ghost"),
        "Imsi": Imsi::new("Ghost"),
        "PhoneNumber": PhoneNumber::new("Ghost"),
        "SshKey": SshKey::new("Ghost"),
        "Text": Text::new("Ghost"),
        "TrackingNumber": TrackingNumber::new("Ghost"),
        "UserAgent": UserAgent::new("Ghost"),
        "BankAccount": BankAccount::new("DE89370400440532013000"),
        "MediaContent": MediaContent::new("https://example.org/"),
        "PaymentCard": PaymentCard::new("4111111111111111"),
        "EmailMessage": EmailMessage::new("Hi").body("a").from(EmailAddr::new("a@example.org").id()),
        "NetworkTraffic": NetworkTraffic::new(["tcp"])
            .src(Ipv4Addr::new(V4::new(198, 51, 100, 7)).id())
            .dst_port(443),
        "WindowsRegistryKey": WindowsRegistryKey::new("HKEY_LOCAL_MACHINE\\Ghost"),
        "X509Certificate": X509Certificate::new("36:f7").subject("CN=a"),
        "Persona": Persona::new("Ghost", "nickname"),
    }
}

fn cases() -> Cases {
    let mut cases = Cases::default();
    entities(&mut cases);
    about_others(&mut cases);
    observables(&mut cases);
    cases
}

#[test]
fn an_id_is_that_of_pycti_whatever_else_is_set() {
    let recorded = include_str!("../data/pycti_typed_ids.json");
    let recorded: BTreeMap<&str, String> = serde_json::from_str(recorded).unwrap();
    let cases = cases();
    let found: BTreeMap<_, _> = cases
        .0
        .iter()
        .map(|(name, (id, _))| (*name, id.clone()))
        .collect();
    assert_eq!(found, recorded);
}

#[test]
fn an_object_is_pushed_under_the_id_that_it_says() {
    let mut cases = cases();
    // To these pycti gives random ids.
    cases! { cases:
        "Artifact": Artifact::new("https://example.org/a.zip").mime_type("application/zip"),
        "Process": Process::new("/bin/sh -c true").pid(1),
    }
    for (name, (id, object)) in cases.0 {
        assert_eq!(object["id"], id, "{name}");
        assert_eq!(id_of(&object).unwrap(), id.as_str(), "{name}");
        let mut bundle = Bundle::new();
        assert_eq!(bundle.push(&object).unwrap(), id.as_str(), "{name}");
        assert!(bundle.split().left_out().is_empty(), "{name}");
    }
}

#[test]
fn members_are_written_as_the_platform_reads_them() {
    let author = Organization::new("Example");
    let statement = Marking::statement("Example");
    let object = Indicator::new("[url:value = 'https://example.org']", "stix")
        .name("example.org")
        .score(70)
        .main_observable_type(&EntityType::Url)
        .detection(true)
        .confidence(60)
        .created_by(&author)
        .marking(Tlp::Red)
        .marking(&statement)
        .labels(["phishing"])
        .labels(vec![String::from("q4")])
        .valid_from(TIME)
        .external_reference(ExternalReference::new("blog").url("https://example.org/1"))
        .kill_chain_phase(KillChainPhase::new("mitre-attack", "execution").order(2))
        .created("2026-11-24T01:00:00+01:00")
        .member("x_mitre_version", "1.0");
    assert_eq!(
        serde_json::to_value(&object).unwrap(),
        json!({
            "type": "indicator",
            "spec_version": "2.1",
            "id": object.id(),
            "pattern": "[url:value = 'https://example.org']",
            "pattern_type": "stix",
            "name": "example.org",
            "x_opencti_score": 70,
            "x_opencti_main_observable_type": "Url",
            "x_opencti_detection": true,
            "confidence": 60,
            "created_by_ref": author.id(),
            "object_marking_refs": [Tlp::Red.id(), statement.id()],
            "labels": ["phishing", "q4"],
            "valid_from": TIME,
            "created": TIME,
            "modified": TIME,
            "external_references": [{"source_name": "blog", "url": "https://example.org/1"}],
            "kill_chain_phases": [{
                "kill_chain_name": "mitre-attack", "phase_name": "execution", "x_opencti_order": 2,
            }],
            "x_mitre_version": "1.0",
        })
    );
    let read: Object = serde_json::from_value(serde_json::to_value(&object).unwrap()).unwrap();
    assert_eq!(read.extension("score"), Some(&json!(70)));
    assert!(!read.is_at_most(Tlp::AmberStrict));
}

#[test]
fn all_that_is_wrong_with_an_object_is_told_when_it_is_pushed() {
    let told = |object: &dyn erased::Object| object.pushed().unwrap_err();
    let malware = Malware::new("Emotet");
    for (object, expected) in [
        (
            &Url::new(" ").score(101) as &dyn erased::Object,
            "`value` of this `url` is blank; give it a text, or leave it out\n\
             `x_opencti_score` of this `url` is 101; it is 0 to 100",
        ),
        (
            &Report::new("Q3", "2026-10-01"),
            "`published` of this `report` is \"2026-10-01\", not a time such as \
             \"2026-11-24T09:30:00Z\"",
        ),
        (
            &StixFile::by_hash(HashAlgorithm::Sha256, "d41d8cd98f00b204e9800998ecf8427e"),
            "`hashes` of this `file` has a `SHA-256` that is not 64 hexadecimal digits",
        ),
        (
            &Relationship::related_to(&malware, &malware),
            "`target_ref` of this `relationship` is its `source_ref` too; the platform relates no \
             object to itself",
        ),
        (
            &Sighting::new(&malware, &malware),
            "`where_sighted_refs` of this `sighting` has its `sighting_of_ref` too; nothing is \
             seen in itself",
        ),
        (
            &Position::new("Paris").coordinates(91.0, f64::NAN),
            "`latitude` of this `location` is 91; it is -90 to 90\n\
             `longitude` of this `location` is NaN; it is -180 to 180",
        ),
        (
            &Malware::new("Emotet").external_reference(ExternalReference::new("")),
            "`external_references` of this `malware` has an entry whose `source_name` is blank; \
             give it a text, or leave it out",
        ),
        (
            &Malware::new("Emotet").external_reference(ExternalReference::new("blog")),
            "`external_references` of this `malware` has an entry whose `source_name` stands alone; \
             give it a `url`, an `external_id` or a `description` too",
        ),
        (
            &EmailMessage::new("Hi").body("a").is_multipart(true),
            "`body` of this `email-message` is set beside `is_multipart`; STIX has a body in one of \
             them alone",
        ),
        (
            &City::new("Berlin").precision(10.0),
            "`precision` of this `location` is set without coordinates",
        ),
        (
            &Vulnerability::new("CVE-2026-0001")
                .cvss_score(10.1)
                .epss_score(-0.5),
            "`x_opencti_cvss_base_score` of this `vulnerability` is 10.1; it is 0 to 10\n\
             `x_opencti_epss_score` of this `vulnerability` is -0.5; it is 0 to 1",
        ),
        (
            &Malware::new("Emotet").labels(["trojan", ""]),
            "`labels` of this `malware` has a blank text; leave it out",
        ),
        (
            &Malware::new("Emotet").member("id", "malware--1"),
            "`id` of this `malware` is made by the object itself; leave it out",
        ),
        (
            &ObservedData::new([] as [StixId; 0], TIME, TIME, 1),
            "this `observed-data` cannot be identified without `object_refs`; give it that, or an \
             `id`",
        ),
    ] {
        assert_eq!(told(object), format!("not valid STIX: {expected}"));
    }
}

/// Objects of different types in one table.
mod erased {
    use super::{Bundle, Serialize};

    pub(super) trait Object {
        fn pushed(&self) -> Result<(), String>;
    }

    impl<T: Serialize> Object for T {
        fn pushed(&self) -> Result<(), String> {
            let pushed = Bundle::new().push(self);
            pushed.map(|_| ()).map_err(|error| error.to_string())
        }
    }
}

#[test]
fn the_same_object_made_again_is_nothing() {
    let mut bundle = Bundle::new();
    let made = |modified: &str| Organization::new("Example").modified(modified);
    for modified in [JANUARY, FEBRUARY] {
        bundle.push(made(modified)).unwrap();
    }
    bundle.push(Organization::new("Example")).unwrap();
    let split = bundle.split();
    assert_eq!((split.parts().len(), split.warnings()), (1, &[][..]));
    bundle.push(made(JANUARY).score(80)).unwrap();
    assert_eq!(bundle.split().warnings().len(), 1);
}

#[test]
fn a_source_may_lack_a_value() {
    let bare = Vulnerability::new("CVE-2026-0001");
    let (no_text, no_number): (Option<String>, Option<f64>) = (None, None);
    let unchanged = bare
        .clone()
        .description(&no_text)
        .description(no_text)
        .description(None::<&str>)
        .cvss_score(no_number)
        .score(None)
        .is_in_cisa_kev(None)
        .labels(None::<&str>);
    assert_eq!(unchanged, bare);
    let some = Some("a".to_owned());
    let set = bare
        .description(some.as_deref())
        .description(&some)
        .description(some)
        .cvss_score(Some(9.8))
        .score(Some(80))
        .is_in_cisa_kev(Some(true));
    let written = serde_json::to_value(set).unwrap();
    assert_eq!(
        [
            &written["description"],
            &written["x_opencti_cvss_base_score"]
        ],
        [&json!("a"), &json!(9.8)]
    );
    assert_eq!(
        [&written["x_opencti_score"], &written["x_opencti_cisa_kev"]],
        [&json!(80), &json!(true)]
    );
}

#[test]
fn a_sighting_of_an_observable_names_it_where_the_platform_looks() {
    let (file, server) = (StixFile::by_name("a.txt"), System::new("Server"));
    let infrastructure = Infrastructure::new("C2");
    let written = |sighting: &Sighting| serde_json::to_value(sighting).unwrap();
    let sighting = Sighting::new(&file, &server);
    let object = written(&sighting);
    assert_eq!(
        object["sighting_of_ref"],
        "indicator--c1034564-a9fb-429b-a1c1-c80116cc8e1e"
    );
    assert_eq!(object["x_opencti_sighting_of_ref"], file.id().as_str());
    assert_eq!(object["where_sighted_refs"], json!([server.id()]));
    // The end that is meant is part of the id.
    let plain = json!({"type": "sighting", "sighting_of_ref": file.id(),
                       "where_sighted_refs": [server.id()]});
    assert_eq!(id_of(&plain).unwrap().as_str(), sighting.id().as_str());

    let sighting = Sighting::new(Malware::new("Emotet"), &server)
        .place(&infrastructure)
        .place(Organization::new("Example"));
    let object = written(&sighting);
    let places = [
        server.id().to_string(),
        Organization::new("Example").id().to_string(),
    ];
    assert_eq!(object["where_sighted_refs"], json!(places));
    assert_eq!(
        object["x_opencti_where_sighted_refs"],
        json!([
            server.id(),
            infrastructure.id(),
            Organization::new("Example").id()
        ])
    );
    assert_eq!(object.get("x_opencti_sighting_of_ref"), None);

    let mut bundle = Bundle::new();
    bundle.push(Sighting::new(&file, &infrastructure)).unwrap();
    assert!(bundle.split().left_out().is_empty());
}

#[test]
fn a_value_that_is_set_again_takes_its_fault_with_it() {
    let url = Url::new("https://example.org").score(101).score(100);
    assert_eq!(serde_json::to_value(url).unwrap()["x_opencti_score"], 100);
}

fn rows() -> Vec<[String; 3]> {
    let mut table = csv::Reader::from_path("data/relationships.csv").unwrap();
    table.deserialize().map(Result::unwrap).collect()
}

fn ids() -> (StixId, StixId) {
    (Malware::new("1").id().into(), Malware::new("2").id().into())
}

/// The types of a row, whose classes stand for every type in them.
fn types_of(name: &str) -> Vec<EntityType> {
    match name {
        "Stix-Cyber-Observable" => {
            let after_last = EntityType::ALL
                .iter()
                .position(|entity_type| *entity_type == EntityType::AdministrativeArea);
            EntityType::ALL[..after_last.unwrap()].to_vec()
        }
        "Threat-Actor" => vec![
            EntityType::ThreatActorGroup,
            EntityType::ThreatActorIndividual,
        ],
        name => vec![name.parse().unwrap()],
    }
}

#[test]
fn the_table_of_relationships_is_that_of_the_platform() {
    let mut expected = BTreeSet::new();
    let mut names = BTreeSet::from(["related-to".to_owned(), "revoked-by".to_owned()]);
    for [source, name, target] in rows() {
        for source in types_of(&source) {
            for target in types_of(&target) {
                expected.insert((source.clone(), name.clone(), target));
            }
        }
        names.insert(name);
    }
    for source in EntityType::ALL {
        for target in EntityType::ALL {
            expected.insert((source.clone(), "related-to".into(), target.clone()));
            expected.insert((source.clone(), "revoked-by".into(), target.clone()));
        }
    }
    let (one, other) = ids();
    let mut found = BTreeSet::new();
    for source in EntityType::ALL {
        for target in EntityType::ALL {
            for name in &names {
                if Relationship::between((&one, source), name, (&other, target)).is_ok() {
                    found.insert((source.clone(), name.clone(), target.clone()));
                }
            }
        }
    }
    let differences: Vec<_> = found.symmetric_difference(&expected).collect();
    assert!(differences.is_empty(), "{differences:?}");
}

#[test]
fn an_error_names_both_types_and_what_is_allowed() {
    let (one, other) = ids();
    let error = Relationship::between(
        (&one, &EntityType::Malware),
        "beacons-at",
        (&other, &EntityType::Infrastructure),
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the platform allows no `beacons-at` from `Malware` to `Infrastructure`, only \
         `beacons-to`, `exfiltrates-to`, `targets`, `uses`, `related-to`, `revoked-by`"
    );
    assert!(error.allowed().any(|name| name == "beacons-to"));
}

#[test]
fn a_relationship_made_at_run_time_is_the_one_that_the_compiler_checked() {
    let (group, malware) = (IntrusionSet::new("APT28"), Malware::new("Emotet"));
    let typed = Relationship::uses(&group, &malware);
    let dynamic = Relationship::between(
        (&group.id().into(), &IntrusionSet::ENTITY_TYPE),
        "uses",
        (&malware.id().into(), &Malware::ENTITY_TYPE),
    );
    assert_eq!(dynamic, Ok(typed));
}

#[test]
fn a_class_of_observables_takes_each_of_them() {
    let indicator = Indicator::new("[x]", "stix");
    let _ = Relationship::based_on(&indicator, &Text::new("a"));
    let _ = Relationship::based_on(&indicator, &StixFile::by_name("a"));
    let _ = Relationship::based_on(
        &indicator,
        &ObservedData::new([indicator.id()], TIME, TIME, 1),
    );
    let _ = Relationship::consists_of(&Infrastructure::new("a"), &Software::new("a"));
}

proptest! {
    /// Any text is either taken under the id that the object says, or refused in words.
    #[test]
    fn no_text_is_pushed_under_another_id(text in ".{0,12}", score: u8, time in ".{0,24}") {
        let url = Url::new(text.as_str()).score(score);
        let (id, pushed) = (url.id(), Bundle::new().push(&url));
        prop_assert_eq!(pushed.is_ok(), !text.trim().is_empty() && score <= 100);
        if let Ok(pushed) = pushed {
            prop_assert_eq!(pushed.as_str(), id.as_str());
        }
        let report = Report::new(text, time);
        let id = report.id();
        if let Ok(pushed) = Bundle::new().push(report) {
            prop_assert_eq!(pushed.as_str(), id.as_str());
        }
    }
}
