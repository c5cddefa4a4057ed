//! Relationships, sightings and coverages.

use opencti_connector::stix::model::{
    IntrusionSet, Malware, Relationship, SecurityCoverage, SecurityCoverageResult, Sighting,
};

use crate::setters::{All, FEBRUARY, JANUARY, id, setters};

pub(super) fn all(all: &mut All) {
    setters! { all, SecurityCoverage, SecurityCoverage::new("Ghost", id("report")), [shared, known, covering] {
        description("a text") => "description": "a text";
        last_result(FEBRUARY) => "last_result": FEBRUARY;
        valid_from(JANUARY) => "valid_from": JANUARY;
        valid_to(FEBRUARY) => "valid_to": FEBRUARY;
        periodicity("P1D") => "periodicity": "P1D";
        duration("PT1H") => "duration": "PT1H";
        type_affinity("a text") => "type_affinity": "a text";
        platforms_affinity(["android"]) => "platforms_affinity": ["android"];
        auto_enrichment_disable(true) => "auto_enrichment_disable": true;
        external_uri("https://example.org/1") => "external_uri": "https://example.org/1";
        tenant_id("a text") => "tenant_id": "a text";
        tenant_name("a text") => "tenant_name": "a text";
    }}
    setters! { all, SecurityCoverageResult, SecurityCoverageResult::new(id("security-coverage"), "October"), [shared, known, covering] {
        description("a text") => "description": "a text";
        last_result(FEBRUARY) => "coverage_last_result": FEBRUARY;
        valid_from(JANUARY) => "coverage_valid_from": JANUARY;
        valid_to(FEBRUARY) => "coverage_valid_to": FEBRUARY;
        external_uri("https://example.org/1") => "external_uri": "https://example.org/1";
    }}
    setters! { all, Relationship, Relationship::uses(&IntrusionSet::new("APT28"), &Malware::new("Emotet")), [shared, domain, workflow] {
        description("a text") => "description": "a text";
        start_time(JANUARY) => "start_time": JANUARY;
        stop_time(FEBRUARY) => "stop_time": FEBRUARY;
        external_uri("https://example.org/1") => "external_uri": "https://example.org/1";
        coverage("prevention", 80) => "coverage": [{"name": "prevention", "score": 80}];
    }}
    setters! { all, Sighting, Sighting::new(id("domain-name"), id("identity")), [shared, dated, known, workflow] {
        description("a text") => "description": "a text";
        first_seen(JANUARY) => "first_seen": JANUARY;
        last_seen(FEBRUARY) => "last_seen": FEBRUARY;
        count(7) => "count": 7;
        is_false_positive(true) => "x_opencti_negative": true;
        ignore_dates(true) => "x_opencti_ignore_dates": true;
        observed_data([id("observed-data")]) => "observed_data_refs": [id("observed-data")];
        place(id("location")) => "where_sighted_refs": [id("identity"), id("location")];
    }}
}
