//! What is written about other objects.

use crate::stix::model::define::objects;
use crate::stix::model::object::Reference;

objects! { domain:
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
        /// What it says.
        description: text "description",
        /// Its kinds, such as `threat-report`.
        report_types: texts "report_types",
        /// How reliable it is.
        reliability: text "x_opencti_reliability",
        /// The whole text.
        content: text "x_opencti_content",
    };

    /// What somebody noted of other objects.
    Note = "note" (content: text "content") {
        /// A short form of it.
        summary: text "abstract",
        /// Its kinds, such as `assessment`.
        note_types: texts "note_types",
        /// Who wrote it.
        authors: texts "authors",
        /// How likely it is, of 100.
        likelihood: percent "likelihood",
    };

    /// A case that is the answer to an incident.
    CaseIncident = "case-incident" (name: text "name", created: time "created") {
        /// What it is about.
        description: text "description",
        /// How severe it is, such as `high`.
        severity: text "severity",
        /// How urgent it is, such as `P1`.
        priority: text "priority",
    };

    /// A case that is a request for information.
    CaseRfi = "case-rfi" (name: text "name", created: time "created") {
        /// What it is about.
        description: text "description",
        /// How severe it is, such as `high`.
        severity: text "severity",
        /// How urgent it is, such as `P1`.
        priority: text "priority",
    };

    /// A case that is a request for a takedown.
    CaseRft = "case-rft" (name: text "name", created: time "created") {
        /// What it is about.
        description: text "description",
        /// How severe it is, such as `high`.
        severity: text "severity",
        /// How urgent it is, such as `P1`.
        priority: text "priority",
    };

    /// What a user says of the platform's content.
    Feedback = "feedback" (name: text "name") {
        /// What it says.
        description: text "description",
        /// How many of five stars.
        rating: number "rating",
    };

    /// Something to be done.
    Task = "task" (name: text "name", created: time "created") {
        /// What is to be done.
        description: text "description",
        /// Until when.
        due_date: time "due_date",
    };

    /// Whether somebody agrees with what other objects say, such as `strongly-agree`.
    Opinion = "opinion" (opinion: text "opinion") {
        /// Why.
        explanation: text "explanation",
        /// Whose opinion it is.
        authors: texts "authors",
    };

    /// Objects that belong together for a reason.
    Grouping = "grouping" (name: text "name", context: text "context") {
        /// What it is.
        description: text "description",
    };

    /// Observables that were seen on a system or network.
    ObservedData = "observed-data" (
        objects: references "object_refs",
        first_observed: time "first_observed",
        last_observed: time "last_observed",
        number_observed: number "number_observed"
    );

    /// How well an organization is protected from something.
    SecurityCoverage = "security-coverage" (name: text "name", covered: reference "covered_ref") {
        /// What it is.
        description: text "description",
    };
}

macro_rules! containers {
    ($($name:ident),+) => {$(
        impl $name {
            /// Adds an object that it is about.
            pub fn object(self, object: impl Reference) -> Self {
                self.objects([object])
            }

            /// Adds objects that it is about.
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
