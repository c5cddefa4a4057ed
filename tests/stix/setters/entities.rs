//! Other entities.

use opencti_connector::EntityType;
use opencti_connector::stix::model::{
    Channel, CourseOfAction, DataComponent, DataSource, Event, Incident, Indicator, Language,
    Narrative,
};

use crate::setters::{All, FEBRUARY, JANUARY, id, setters};

pub(super) fn all(all: &mut All) {
    setters! { all, CourseOfAction, CourseOfAction::new("Ghost"), [shared, entity] {
        description("a text") => "description": "a text";
        mitre_id("a text") => "x_mitre_id": "a text";
        aliases(["a text"]) => "x_opencti_aliases": ["a text"];
    }}
    setters! { all, DataComponent, DataComponent::new("Ghost"), [shared, entity] {
        description("a text") => "description": "a text";
        data_source(id("data-source")) => "data_source_ref": (id("data-source"));
        aliases(["a text"]) => "aliases": ["a text"];
    }}
    setters! { all, DataSource, DataSource::new("Ghost"), [shared, entity] {
        description("a text") => "description": "a text";
        platforms(["android"]) => "platforms": ["android"];
        collection_layers(["container"]) => "collection_layers": ["container"];
        aliases(["a text"]) => "aliases": ["a text"];
    }}
    setters! { all, Incident, Incident::new("Ghost", JANUARY), [shared, entity] {
        description("a text") => "description": "a text";
        incident_type("alert") => "incident_type": "alert";
        severity("low") => "severity": "low";
        first_seen(JANUARY) => "first_seen": JANUARY;
        last_seen(FEBRUARY) => "last_seen": FEBRUARY;
        objective("a text") => "objective": "a text";
        source("a text") => "source": "a text";
        aliases(["a text"]) => "aliases": ["a text"];
        score(7) => "x_opencti_score": 7;
    }}
    setters! { all, Indicator, Indicator::new("[url:value = 'https://example.org']", "stix"), [shared, entity, phases] {
        name("a text") => "name": "a text";
        description("a text") => "description": "a text";
        indicator_types(["anomalous-activity"]) => "indicator_types": ["anomalous-activity"];
        pattern_version("2.1") => "pattern_version": "2.1";
        valid_from(JANUARY) => "valid_from": JANUARY;
        valid_until(FEBRUARY) => "valid_until": FEBRUARY;
        score(7) => "x_opencti_score": 7;
        detection(true) => "x_opencti_detection": true;
        create_observables(true) => "x_opencti_create_observables": true;
        platforms(["android"]) => "x_mitre_platforms": ["android"];
        main_observable_type(&EntityType::Url) => "x_opencti_main_observable_type": "Url";
    }}
    setters! { all, Narrative, Narrative::new("Ghost"), [shared, entity] {
        description("a text") => "description": "a text";
        narrative_types(["a text"]) => "narrative_types": ["a text"];
        aliases(["a text"]) => "aliases": ["a text"];
    }}
    setters! { all, Channel, Channel::new("Ghost"), [shared, stateless] {
        description("a text") => "description": "a text";
        channel_types(["Twitter"]) => "channel_types": ["Twitter"];
        aliases(["a text"]) => "aliases": ["a text"];
    }}
    setters! { all, Event, Event::new("Ghost"), [shared, stateless] {
        description("a text") => "description": "a text";
        event_types(["conference"]) => "event_types": ["conference"];
        start_time(JANUARY) => "start_time": JANUARY;
        stop_time(FEBRUARY) => "stop_time": FEBRUARY;
        aliases(["a text"]) => "aliases": ["a text"];
        score(7) => "x_opencti_score": 7;
    }}
    setters! { all, Language, Language::new("German"), [shared, stateless] {
        aliases(["a text"]) => "aliases": ["a text"];
    }}
}
