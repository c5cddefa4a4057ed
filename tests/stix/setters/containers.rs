//! What is written about other objects, relationships and sightings.

use opencti_connector::stix::model::{
    CaseIncident, CaseRfi, CaseRft, Feedback, Grouping, IntrusionSet, Malware, Note, ObservedData,
    Opinion, Relationship, Report, SecurityCoverage, SecurityCoverageResult, Sighting, Task,
};

use crate::setters::{All, FEBRUARY, JANUARY, id, setters};

pub(super) fn all(all: &mut All) {
    setters! { all, Report, Report::new("Q3", JANUARY).object(id("malware")), [shared, entity] {
        description("a text") => "description": "a text";
        report_types(["attack-pattern"]) => "report_types": ["attack-pattern"];
        reliability("A - Completely reliable") => "x_opencti_reliability": "A - Completely reliable";
        content("a text") => "x_opencti_content": "a text";
        assignees(["a text"]) => "x_opencti_assignee_ids": ["a text"];
        participants(["a text"]) => "x_opencti_participant_ids": ["a text"];
        object(id("tool")) => "object_refs": [id("malware"), id("tool")];
    }}
    setters! { all, Note, Note::new("Seen.").object(id("malware")), [shared, entity] {
        summary("a text") => "abstract": "a text";
        note_types(["internal"]) => "note_types": ["internal"];
        authors(["a text"]) => "authors": ["a text"];
        likelihood(7) => "likelihood": 7;
        object(id("tool")) => "object_refs": [id("malware"), id("tool")];
    }}
    setters! { all, CaseIncident, CaseIncident::new("Ghost", JANUARY), [shared, entity] {
        description("a text") => "description": "a text";
        severity("low") => "severity": "low";
        priority("P1") => "priority": "P1";
        response_types(["ransomware"]) => "response_types": ["ransomware"];
        content("a text") => "x_opencti_content": "a text";
        assignees(["a text"]) => "x_opencti_assignee_ids": ["a text"];
        participants(["a text"]) => "x_opencti_participant_ids": ["a text"];
        object(id("tool")) => "object_refs": [id("tool")];
    }}
    setters! { all, CaseRfi, CaseRfi::new("Ghost", JANUARY), [shared, entity] {
        description("a text") => "description": "a text";
        severity("low") => "severity": "low";
        priority("P1") => "priority": "P1";
        information_types(["a text"]) => "information_types": ["a text"];
        content("a text") => "x_opencti_content": "a text";
        assignees(["a text"]) => "x_opencti_assignee_ids": ["a text"];
        participants(["a text"]) => "x_opencti_participant_ids": ["a text"];
        object(id("tool")) => "object_refs": [id("tool")];
    }}
    setters! { all, CaseRft, CaseRft::new("Ghost", JANUARY), [shared, entity] {
        description("a text") => "description": "a text";
        severity("low") => "severity": "low";
        priority("P1") => "priority": "P1";
        takedown_types(["phishing"]) => "takedown_types": ["phishing"];
        content("a text") => "x_opencti_content": "a text";
        assignees(["a text"]) => "x_opencti_assignee_ids": ["a text"];
        participants(["a text"]) => "x_opencti_participant_ids": ["a text"];
        object(id("tool")) => "object_refs": [id("tool")];
    }}
    setters! { all, Feedback, Feedback::new("Ghost"), [shared, entity] {
        description("a text") => "description": "a text";
        rating(7) => "rating": 7;
        object(id("tool")) => "object_refs": [id("tool")];
    }}
    setters! { all, Opinion, Opinion::new("agree").object(id("malware")), [shared, entity] {
        explanation("a text") => "explanation": "a text";
        authors(["a text"]) => "authors": ["a text"];
        object(id("tool")) => "object_refs": [id("malware"), id("tool")];
    }}
    setters! { all, Grouping, Grouping::new("Ghost", "unspecified").object(id("malware")), [shared, entity] {
        description("a text") => "description": "a text";
        content("a text") => "x_opencti_content": "a text";
        aliases(["a text"]) => "x_opencti_aliases": ["a text"];
        object(id("tool")) => "object_refs": [id("malware"), id("tool")];
    }}
    setters! { all, ObservedData, ObservedData::new([id("ipv4-addr")], JANUARY, FEBRUARY, 1), [shared, entity] {
    }}
    setters! { all, Task, Task::new("Ghost", JANUARY), [shared, task] {
        description("a text") => "description": "a text";
        due_date(FEBRUARY) => "due_date": FEBRUARY;
        assignees(["a text"]) => "x_opencti_assignee_ids": ["a text"];
        participants(["a text"]) => "x_opencti_participant_ids": ["a text"];
        object(id("tool")) => "object_refs": [id("tool")];
    }}
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
