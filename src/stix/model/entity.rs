//! Other entities: detection and response, incidents and events, channels and narratives.

use crate::stix::model::define::objects;
use crate::stix::model::embedded::with_phases;
use crate::value::entity_type::EntityType;

objects! { entity:
    /// A measure against an attack.
    CourseOfAction = "course-of-action" (name: text "name") {
        /// Description, in Markdown.
        description: text "description",
        /// Id in MITRE ATT&CK, e.g. `M1017`. If it is set, it alone determines the id.
        mitre_id: text "x_mitre_id",
        /// Adds other names.
        aliases: texts "x_opencti_aliases",
    };

    /// A part of a data source in which an attack can be detected.
    DataComponent = "data-component" (name: text "name") {
        /// Description, in Markdown.
        description: text "description",
        /// The data source of which the component is a part.
        data_source: reference "data_source_ref",
        /// Adds other names.
        aliases: texts "aliases",
    };

    /// A source of data in which attacks can be detected.
    DataSource = "data-source" (name: text "name") {
        /// Description, in Markdown.
        description: text "description",
        /// Adds platforms that have the source, e.g. `linux`.
        platforms: texts "platforms" of platform,
        /// Adds layers at which the data is collected, e.g. `network`.
        collection_layers: texts "collection_layers" of collection_layer,
        /// Adds other names.
        aliases: texts "aliases",
    };

    /// An attack that took place.
    Incident = "incident" (name: text "name", created: time "created") {
        /// Description, in Markdown.
        description: text "description",
        /// Type, e.g. `alert`.
        incident_type: text "incident_type" of incident_type,
        /// Severity, e.g. `high`.
        severity: text "severity" of incident_severity,
        /// Time at which the incident was first seen.
        first_seen: time "first_seen",
        /// Time at which the incident was last seen.
        last_seen: time "last_seen",
        /// Goal of the attacker, e.g. `encryption of files`.
        objective: text "objective",
        /// Where the incident was reported, e.g. the name of a SIEM.
        source: text "source",
        /// Adds other names.
        aliases: texts "aliases",
        /// Score that the platform shows, 0 to 100.
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
        /// Name, e.g. the value that the pattern detects.
        name: text "name",
        /// Description, in Markdown.
        description: text "description",
        /// Adds types, e.g. `malicious-activity`.
        indicator_types: texts "indicator_types" of indicator_type,
        /// Version of the pattern's language, e.g. `2.1`.
        pattern_version: text "pattern_version",
        /// Time at which the indicator starts to be valid; by default the time of creation.
        valid_from: time "valid_from",
        /// Time at which the indicator ceases to be valid. Without it the platform sets one.
        valid_until: time "valid_until",
        /// How malicious the detected is, 0 to 100.
        score: percent "x_opencti_score",
        /// Whether security products should detect with the indicator.
        detection: flag "x_opencti_detection",
        /// Whether the platform creates observables from the pattern.
        create_observables: flag "x_opencti_create_observables",
        /// Adds platforms that the indicator is for, e.g. `windows`.
        platforms: texts "x_mitre_platforms" of platform,
    };

    /// A story that is spread.
    Narrative = "narrative" (name: text "name") {
        /// Description, in Markdown.
        description: text "description",
        /// Adds types, e.g. `conspiracy`.
        narrative_types: texts "narrative_types",
        /// Adds other names.
        aliases: texts "aliases",
    };
}

objects! { stateless:
    /// A channel on which something is published.
    Channel = "channel" (name: text "name") {
        /// Description, in Markdown.
        description: text "description",
        /// Adds types, e.g. `Twitter`.
        channel_types: texts "channel_types" of channel_type,
        /// Adds other names.
        aliases: texts "aliases",
    };

    /// Something that happens in the world, such as an election.
    Event = "event" (name: text "name") {
        /// Description, in Markdown.
        description: text "description",
        /// Adds types, e.g. `national-election`.
        event_types: texts "event_types" of event_type,
        /// Time at which the event starts.
        start_time: time "start_time",
        /// Time at which the event ends, later than the start.
        stop_time: time "stop_time",
        /// Adds other names.
        aliases: texts "aliases",
        /// Score that the platform shows, 0 to 100.
        score: percent "x_opencti_score",
    };

    /// A language.
    Language = "language" (name: text "name") {
        /// Adds other names, e.g. `Deutsch`.
        aliases: texts "aliases",
    };
}

impl Indicator {
    /// Type of the observables that the pattern mainly detects, e.g. `EntityType::Ipv4Addr`.
    ///
    /// Writes `x_opencti_main_observable_type`.
    pub fn main_observable_type(mut self, entity_type: &EntityType) -> Self {
        self.0
            .text("x_opencti_main_observable_type", entity_type.as_str());
        self
    }
}

with_phases!(Indicator);
