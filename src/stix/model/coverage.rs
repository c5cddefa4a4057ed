//! How well something is protected.

use crate::stix::model::define::{constructor, objects, setters};
use crate::stix::model::groups::{covering, shared};

objects! { covering:
    /// How well an organization is protected from something, e.g. from what a report describes.
    SecurityCoverage = "security-coverage" (name: text "name", covered: reference "covered_ref") {
        /// Description, in Markdown.
        description: text "description",
        /// Time of the last result.
        last_result: time "last_result",
        /// Time from which the result is valid.
        valid_from: time "valid_from",
        /// Time until which the result is valid, later than its start.
        valid_to: time "valid_to",
        /// Time between tests, a duration of ISO 8601 such as `P1D`.
        periodicity: text "periodicity",
        /// Length of a test, a duration of ISO 8601 such as `PT1H`.
        duration: text "duration",
        /// Kind of assets to test, e.g. `ENDPOINT`.
        type_affinity: text "type_affinity",
        /// Adds platforms to test, e.g. `windows`.
        platforms_affinity: texts "platforms_affinity" of platform,
        /// Whether the platform does not ask connectors to enrich the coverage.
        auto_enrichment_disable: flag "auto_enrichment_disable",
        /// URI of the test in the tool that ran it.
        external_uri: text "external_uri",
        /// Id of the tenant in the tool that ran the test.
        tenant_id: text "tenant_id",
        /// Name of the tenant in the tool that ran the test.
        tenant_name: text "tenant_name",
    };
}

/// A result of a security coverage.
///
/// ```
/// use opencti_connector::stix::model::{Report, SecurityCoverage, SecurityCoverageResult};
///
/// let report = Report::new("Q3", "2026-10-01T00:00:00Z");
/// let coverage = SecurityCoverage::new("Against Q3", &report);
/// let result = SecurityCoverageResult::new(&coverage, "October").coverage("prevention", 80);
/// # drop(result);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct SecurityCoverageResult(pub(super) crate::stix::model::draft::Draft);

impl SecurityCoverageResult {
    constructor! {
        covering "security-coverage-result" []
            (coverage: reference "result_of_ref", name: text "name")
    }
}

setters! { SecurityCoverageResult {
    /// Description, in Markdown.
    description: text "description",
    /// Time of the result.
    last_result: time "coverage_last_result",
    /// Time from which the result is valid.
    valid_from: time "coverage_valid_from",
    /// Time until which the result is valid.
    valid_to: time "coverage_valid_to",
    /// URI of the test in the tool that ran it; part of the id.
    external_uri: text "external_uri",
}}

shared!(SecurityCoverageResult);
covering!(SecurityCoverageResult);
