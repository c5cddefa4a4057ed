//! What is written about other objects.

use opencti_connector::stix::model::{
    CaseIncident, CaseRfi, CaseRft, Feedback, Grouping, Note, ObservedData, Opinion, Report, Task,
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
}
