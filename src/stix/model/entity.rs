//! Entities: what threatens, what is threatened, and what is written about it.

use crate::EntityType;
use crate::stix::model::define::objects;
use crate::stix::model::embedded::KillChainPhase;

objects! { domain:
    /// A technique of attackers.
    ///
    /// ```
    /// use opencti_connector::stix::model::AttackPattern;
    ///
    /// let phishing = AttackPattern::new("Phishing").mitre_id("T1566");
    /// # drop(phishing);
    /// ```
    AttackPattern = "attack-pattern" (name: text "name") {
        /// What it is.
        description: text "description",
        /// The id in MITRE ATT&CK; by it alone the technique is then identified.
        mitre_id: text "x_mitre_id",
        /// The platforms on which it works.
        platforms: texts "x_mitre_platforms",
        /// Other names.
        aliases: texts "aliases",
    };

    /// Attacks that belong together.
    Campaign = "campaign" (name: text "name") {
        /// What it is.
        description: text "description",
        /// Other names.
        aliases: texts "aliases",
        /// When it was first seen.
        first_seen: time "first_seen",
        /// When it was last seen.
        last_seen: time "last_seen",
        /// What it is for.
        objective: text "objective",
    };

    /// A channel on which something is published.
    Channel = "channel" (name: text "name") {
        /// What it is.
        description: text "description",
        /// Its kinds, such as `Twitter`.
        channel_types: texts "channel_types",
    };

    /// A measure against an attack.
    CourseOfAction = "course-of-action" (name: text "name") {
        /// What it is.
        description: text "description",
        /// The id in MITRE ATT&CK; by it alone the measure is then identified.
        mitre_id: text "x_mitre_id",
    };

    /// A part of a data source, by which an attack can be detected.
    DataComponent = "data-component" (name: text "name") {
        /// What it is.
        description: text "description",
    };

    /// A source of data in which attacks can be detected.
    DataSource = "data-source" (name: text "name") {
        /// What it is.
        description: text "description",
    };

    /// Something that happens in the world, such as an election.
    Event = "event" (name: text "name") {
        /// What it is.
        description: text "description",
        /// Its kinds, such as `sport`.
        event_types: texts "event_types",
        /// When it begins.
        start_time: time "start_time",
        /// When it ends.
        stop_time: time "stop_time",
        /// The score that the platform shows, of 100.
        score: percent "x_opencti_score",
    };

    /// An attack that took place.
    Incident = "incident" (name: text "name", created: time "created") {
        /// What happened.
        description: text "description",
        /// The kind of incident, such as `alert`.
        incident_type: text "incident_type",
        /// How severe it is, such as `high`.
        severity: text "severity",
        /// When it was first seen.
        first_seen: time "first_seen",
        /// When it was last seen.
        last_seen: time "last_seen",
        /// The score that the platform shows, of 100.
        score: percent "x_opencti_score",
    };

    /// A pattern by which an attack is detected.
    ///
    /// ```
    /// use opencti_connector::EntityType;
    /// use opencti_connector::stix::model::Indicator;
    ///
    /// let indicator = Indicator::new("[ipv4-addr:value = '198.51.100.7']", "stix")
    ///     .name("198.51.100.7")
    ///     .main_observable_type(&EntityType::Ipv4Addr)
    ///     .score(80)
    ///     .valid_from("2026-11-24T00:00:00Z");
    /// # drop(indicator);
    /// ```
    Indicator = "indicator" (pattern: text "pattern", pattern_type: text "pattern_type") {
        /// Its name.
        name: text "name",
        /// What it detects.
        description: text "description",
        /// Its kinds, such as `malicious-activity`.
        indicator_types: texts "indicator_types",
        /// When it begins to be valid.
        valid_from: time "valid_from",
        /// When it ceases to be valid.
        valid_until: time "valid_until",
        /// How malicious it is, of 100.
        score: percent "x_opencti_score",
        /// Whether it is used for detection.
        detection: flag "x_opencti_detection",
        /// Whether the platform makes observables of it.
        create_observables: flag "x_opencti_create_observables",
        /// The platforms that it is for.
        platforms: texts "x_mitre_platforms",
    };

    /// Machines and services that are used for something.
    Infrastructure = "infrastructure" (name: text "name") {
        /// What it is.
        description: text "description",
        /// Its kinds, such as `command-and-control`.
        infrastructure_types: texts "infrastructure_types",
        /// Other names.
        aliases: texts "aliases",
        /// When it was first seen.
        first_seen: time "first_seen",
        /// When it was last seen.
        last_seen: time "last_seen",
    };

    /// Attacks that most likely have one author.
    IntrusionSet = "intrusion-set" (name: text "name") {
        /// What it is.
        description: text "description",
        /// Other names.
        aliases: texts "aliases",
        /// When it was first seen.
        first_seen: time "first_seen",
        /// When it was last seen.
        last_seen: time "last_seen",
        /// What it is for.
        goals: texts "goals",
        /// What it can afford, such as `government`.
        resource_level: text "resource_level",
        /// Why it is done, such as `ideology`.
        primary_motivation: text "primary_motivation",
        /// Further reasons.
        secondary_motivations: texts "secondary_motivations",
        /// The score that the platform shows, of 100.
        score: percent "x_opencti_score",
    };

    /// A language.
    Language = "language" (name: text "name") {
        /// Other names.
        aliases: texts "aliases",
    };

    /// A family of malicious programs, or one of them.
    ///
    /// ```
    /// use opencti_connector::stix::model::{KillChainPhase, Malware};
    ///
    /// let emotet = Malware::new("Emotet")
    ///     .is_family(true)
    ///     .malware_types(["trojan"])
    ///     .kill_chain_phase(KillChainPhase::new("mitre-attack", "execution"));
    /// # drop(emotet);
    /// ```
    Malware = "malware" (name: text "name") {
        /// What it is.
        description: text "description",
        /// Whether it is a family.
        is_family: flag "is_family",
        /// Its kinds, such as `trojan`.
        malware_types: texts "malware_types",
        /// Other names.
        aliases: texts "aliases",
        /// When it was first seen.
        first_seen: time "first_seen",
        /// When it was last seen.
        last_seen: time "last_seen",
        /// The processors on which it runs.
        architectures: texts "architecture_execution_envs",
        /// The languages in which it is written.
        implementation_languages: texts "implementation_languages",
        /// What it can do.
        capabilities: texts "capabilities",
        /// The score that the platform shows, of 100.
        score: percent "x_opencti_score",
    };

    /// What the analysis of a sample brought.
    MalwareAnalysis = "malware-analysis" (result_name: text "result_name", product: text "product") {
        /// What was found, such as `malicious`.
        result: text "result",
        /// When the sample was handed in.
        submitted: time "submitted",
        /// When the analysis began.
        started: time "analysis_started",
        /// When the analysis ended.
        ended: time "analysis_ended",
        /// The sample.
        sample: reference "sample_ref",
    };

    /// A story that is spread.
    Narrative = "narrative" (name: text "name") {
        /// What it is.
        description: text "description",
        /// Its kinds.
        narrative_types: texts "narrative_types",
    };

    /// An attacker that is a group.
    ThreatActorGroup = "threat-actor" ["x_opencti_type": "Threat-Actor-Group"]
        (name: text "name")
    {
        /// What it is.
        description: text "description",
        /// Its kinds, such as `crime-syndicate`.
        threat_actor_types: texts "threat_actor_types",
        /// Other names.
        aliases: texts "aliases",
        /// When it was first seen.
        first_seen: time "first_seen",
        /// When it was last seen.
        last_seen: time "last_seen",
        /// What it wants.
        goals: texts "goals",
        /// How able it is, such as `expert`.
        sophistication: text "sophistication",
        /// What it can afford, such as `government`.
        resource_level: text "resource_level",
        /// Why it attacks, such as `ideology`.
        primary_motivation: text "primary_motivation",
        /// The score that the platform shows, of 100.
        score: percent "x_opencti_score",
    };

    /// An attacker that is a person.
    ThreatActorIndividual = "threat-actor" ["x_opencti_type": "Threat-Actor-Individual"]
        (name: text "name")
    {
        /// What the person is.
        description: text "description",
        /// Its kinds, such as `hacker`.
        threat_actor_types: texts "threat_actor_types",
        /// Other names.
        aliases: texts "aliases",
        /// When the person was first seen.
        first_seen: time "first_seen",
        /// When the person was last seen.
        last_seen: time "last_seen",
        /// What the person wants.
        goals: texts "goals",
        /// How able the person is, such as `expert`.
        sophistication: text "sophistication",
        /// Why the person attacks, such as `ideology`.
        primary_motivation: text "primary_motivation",
    };

    /// A legitimate program that attackers use.
    Tool = "tool" (name: text "name") {
        /// What it is.
        description: text "description",
        /// Its kinds, such as `remote-access`.
        tool_types: texts "tool_types",
        /// Its version.
        version: text "tool_version",
        /// Other names.
        aliases: texts "aliases",
    };

    /// A flaw of a product, most often known by its CVE.
    Vulnerability = "vulnerability" (name: text "name") {
        /// What it is.
        description: text "description",
        /// The severity by CVSS, such as `HIGH`.
        cvss_severity: text "x_opencti_cvss_base_severity",
        /// Whether it is in CISA's catalogue of what is exploited.
        is_in_cisa_kev: flag "x_opencti_cisa_kev",
        /// Other names.
        aliases: texts "x_opencti_aliases",
        /// The score that the platform shows, of 100.
        score: percent "x_opencti_score",
    };
}

impl Indicator {
    /// The type of what it mainly detects.
    pub fn main_observable_type(mut self, entity_type: &EntityType) -> Self {
        self.0
            .text("x_opencti_main_observable_type", entity_type.as_str());
        self
    }
}

macro_rules! with_phases {
    ($($name:ident),+) => {$(
        impl $name {
            /// Adds a phase of an attack to which it belongs.
            pub fn kill_chain_phase(mut self, phase: KillChainPhase) -> Self {
                self.0.faults_of("kill_chain_phases", &phase.0);
                self.0.add("kill_chain_phases", phase.0.embedded());
                self
            }
        }
    )+};
}

with_phases!(AttackPattern, Indicator, Infrastructure, Malware, Tool);
