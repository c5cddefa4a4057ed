//! What is written about other objects.

use crate::stix::model::define::objects;
use crate::stix::model::object::Reference;

objects! { entity:
    /// A publication.
    ///
    /// ```
    /// use opencti_connector::stix::model::{Malware, Report};
    ///
    /// let emotet = Malware::new("Emotet");
    /// let report = Report::new("The third quarter", "2026-10-01T00:00:00Z").object(&emotet);
    /// # drop(report);
    /// ```
    Report = "report" (name: text "name", published: time "published") {
        /// Summary, in Markdown.
        description: text "description",
        /// Adds types, e.g. `threat-report`.
        report_types: texts "report_types" of report_type,
        /// How reliable the report is, e.g. `B - Usually reliable`.
        reliability: text "x_opencti_reliability" of reliability,
        /// Whole text, in HTML.
        content: text "x_opencti_content",
        /// Adds users to whom the report is assigned, by their internal ids.
        assignees: texts "x_opencti_assignee_ids",
        /// Adds users who take part, by their internal ids.
        participants: texts "x_opencti_participant_ids",
    };

    /// What somebody noted of other objects.
    ///
    /// The time of creation, if it is set, is part of the id: without it, the same text is the same
    /// note whenever it is sent.
    Note = "note" (content: text "content") {
        /// Short form of the text; part of the id.
        summary: text "abstract",
        /// Adds types, e.g. `assessment`.
        note_types: texts "note_types" of note_type,
        /// Adds names of the authors.
        authors: texts "authors",
        /// How likely the content is, 0 to 100.
        likelihood: percent "likelihood",
    };

    /// A case that answers an incident.
    CaseIncident = "case-incident" (name: text "name", created: time "created") {
        /// Description, in Markdown.
        description: text "description",
        /// Severity, e.g. `high`.
        severity: text "severity" of case_severity,
        /// Priority, e.g. `P1`.
        priority: text "priority" of case_priority,
        /// Adds types of response, e.g. `ransomware`.
        response_types: texts "response_types" of response_type,
        /// Whole text, in HTML.
        content: text "x_opencti_content",
        /// Adds users to whom the case is assigned, by their internal ids.
        assignees: texts "x_opencti_assignee_ids",
        /// Adds users who take part, by their internal ids.
        participants: texts "x_opencti_participant_ids",
    };

    /// A case that requests information.
    CaseRfi = "case-rfi" (name: text "name", created: time "created") {
        /// Description, in Markdown.
        description: text "description",
        /// Severity, e.g. `high`.
        severity: text "severity" of case_severity,
        /// Priority, e.g. `P1`.
        priority: text "priority" of case_priority,
        /// Adds types of information, e.g. `none`.
        information_types: texts "information_types",
        /// Whole text, in HTML.
        content: text "x_opencti_content",
        /// Adds users to whom the case is assigned, by their internal ids.
        assignees: texts "x_opencti_assignee_ids",
        /// Adds users who take part, by their internal ids.
        participants: texts "x_opencti_participant_ids",
    };

    /// A case that requests a takedown.
    CaseRft = "case-rft" (name: text "name", created: time "created") {
        /// Description, in Markdown.
        description: text "description",
        /// Severity, e.g. `high`.
        severity: text "severity" of case_severity,
        /// Priority, e.g. `P1`.
        priority: text "priority" of case_priority,
        /// Adds types of takedown, e.g. `phishing`.
        takedown_types: texts "takedown_types" of takedown_type,
        /// Whole text, in HTML.
        content: text "x_opencti_content",
        /// Adds users to whom the case is assigned, by their internal ids.
        assignees: texts "x_opencti_assignee_ids",
        /// Adds users who take part, by their internal ids.
        participants: texts "x_opencti_participant_ids",
    };

    /// What a user says of the platform's content.
    Feedback = "feedback" (name: text "name") {
        /// Text, in Markdown.
        description: text "description",
        /// Stars, 0 to 5.
        rating: number "rating",
    };

    /// Whether somebody agrees with what other objects say, e.g. `strongly-agree`.
    ///
    /// The time of creation, if it is set, is part of the id. STIX takes the values of
    /// [`vocabulary::opinion`](crate::stix::model::vocabulary::opinion) alone.
    Opinion = "opinion" (opinion: text "opinion") {
        /// Reason of the opinion.
        explanation: text "explanation",
        /// Adds names of those who have it.
        authors: texts "authors",
    };

    /// Objects that belong together for a reason, e.g. `suspicious-activity`.
    ///
    /// The time of creation, if it is set, is part of the id.
    Grouping = "grouping" (name: text "name", context: text "context") {
        /// Description, in Markdown.
        description: text "description",
        /// Whole text, in HTML.
        content: text "x_opencti_content",
        /// Adds other names.
        aliases: texts "x_opencti_aliases",
    };

    /// Observables that were seen on a system or network, how often and when.
    ObservedData = "observed-data" (
        objects: references "object_refs",
        first_observed: time "first_observed",
        last_observed: time "last_observed",
        number_observed: number "number_observed"
    );
}

objects! { task:
    /// Something to be done.
    Task = "task" (name: text "name", created: time "created") {
        /// What to do, in Markdown.
        description: text "description",
        /// Time until which to do it.
        due_date: time "due_date",
        /// Adds users to whom the task is assigned, by their internal ids.
        assignees: texts "x_opencti_assignee_ids",
        /// Adds users who take part, by their internal ids.
        participants: texts "x_opencti_participant_ids",
    };
}

macro_rules! containers {
    ($($name:ident),+) => {$(
        impl $name {
            /// Adds an object that it is about.
            ///
            /// Writes `object_refs`.
            pub fn object(self, object: impl Reference) -> Self {
                self.objects([object])
            }

            /// Adds objects that it is about.
            ///
            /// Writes `object_refs`.
            pub fn objects(
                mut self,
                objects: impl IntoIterator<Item = impl Reference>,
            ) -> Self {
                self.0.references("object_refs", objects);
                self
            }
        }
    )+};
}

containers!(
    Report,
    Note,
    Grouping,
    CaseIncident,
    CaseRfi,
    CaseRft,
    Feedback,
    Task,
    Opinion
);
