//! Entities that threaten.

use opencti_connector::stix::model::{
    AttackPattern, Campaign, Infrastructure, IntrusionSet, Malware, MalwareAnalysis,
    ThreatActorGroup, ThreatActorIndividual, Tool,
};

use crate::setters::{All, FEBRUARY, JANUARY, id, setters};

pub(super) fn all(all: &mut All) {
    setters! { all, AttackPattern, AttackPattern::new("Phishing"), [shared, entity, phases] {
        description("a text") => "description": "a text";
        mitre_id("a text") => "x_mitre_id": "a text";
        platforms(["android"]) => "x_mitre_platforms": ["android"];
        detection("a text") => "x_mitre_detection": "a text";
        permissions_required(["User"]) => "x_mitre_permissions_required": ["User"];
        aliases(["a text"]) => "aliases": ["a text"];
    }}
    setters! { all, Campaign, Campaign::new("Ghost"), [shared, entity] {
        description("a text") => "description": "a text";
        aliases(["a text"]) => "aliases": ["a text"];
        first_seen(JANUARY) => "first_seen": JANUARY;
        last_seen(FEBRUARY) => "last_seen": FEBRUARY;
        objective("a text") => "objective": "a text";
    }}
    setters! { all, Infrastructure, Infrastructure::new("Ghost"), [shared, entity, phases] {
        description("a text") => "description": "a text";
        infrastructure_types(["amplification"]) => "infrastructure_types": ["amplification"];
        aliases(["a text"]) => "aliases": ["a text"];
        first_seen(JANUARY) => "first_seen": JANUARY;
        last_seen(FEBRUARY) => "last_seen": FEBRUARY;
    }}
    setters! { all, IntrusionSet, IntrusionSet::new("APT28"), [shared, entity] {
        description("a text") => "description": "a text";
        aliases(["a text"]) => "aliases": ["a text"];
        first_seen(JANUARY) => "first_seen": JANUARY;
        last_seen(FEBRUARY) => "last_seen": FEBRUARY;
        goals(["a text"]) => "goals": ["a text"];
        resource_level("individual") => "resource_level": "individual";
        primary_motivation("accidental") => "primary_motivation": "accidental";
        secondary_motivations(["accidental"]) => "secondary_motivations": ["accidental"];
        score(7) => "x_opencti_score": 7;
    }}
    setters! { all, Malware, Malware::new("Emotet"), [shared, entity, phases] {
        description("a text") => "description": "a text";
        is_family(true) => "is_family": true;
        malware_types(["adware"]) => "malware_types": ["adware"];
        aliases(["a text"]) => "aliases": ["a text"];
        first_seen(JANUARY) => "first_seen": JANUARY;
        last_seen(FEBRUARY) => "last_seen": FEBRUARY;
        architectures(["alpha"]) => "architecture_execution_envs": ["alpha"];
        implementation_languages(["applescript"]) => "implementation_languages": ["applescript"];
        capabilities(["accesses-remote-machines"]) => "capabilities": ["accesses-remote-machines"];
        score(7) => "x_opencti_score": 7;
    }}
    setters! { all, MalwareAnalysis, MalwareAnalysis::new("Ghost", "Sandbox"), [shared, entity] {
        result("malicious") => "result": "malicious";
        version("1.18.0") => "version": "1.18.0";
        analysis_engine_version("a text") => "analysis_engine_version": "a text";
        analysis_definition_version("a text") => "analysis_definition_version": "a text";
        configuration_version("a text") => "configuration_version": "a text";
        modules(["a text"]) => "modules": ["a text"];
        submitted(JANUARY) => "submitted": JANUARY;
        started(JANUARY) => "analysis_started": JANUARY;
        ended(FEBRUARY) => "analysis_ended": FEBRUARY;
        sample(id("file")) => "sample_ref": (id("file"));
        observables([id("ipv4-addr")]) => "analysis_sco_refs": [id("ipv4-addr")];
        host_vm(id("software")) => "host_vm_ref": (id("software"));
        operating_system(id("software")) => "operating_system_ref": (id("software"));
        installed_software([id("software")]) => "installed_software_refs": [id("software")];
    }}
    setters! { all, ThreatActorGroup, ThreatActorGroup::new("APT28"), [shared, entity] {
        description("a text") => "description": "a text";
        threat_actor_types(["activist"]) => "threat_actor_types": ["activist"];
        aliases(["a text"]) => "aliases": ["a text"];
        first_seen(JANUARY) => "first_seen": JANUARY;
        last_seen(FEBRUARY) => "last_seen": FEBRUARY;
        roles(["agent"]) => "roles": ["agent"];
        goals(["a text"]) => "goals": ["a text"];
        sophistication("none") => "sophistication": "none";
        resource_level("individual") => "resource_level": "individual";
        primary_motivation("accidental") => "primary_motivation": "accidental";
        secondary_motivations(["accidental"]) => "secondary_motivations": ["accidental"];
        personal_motivations(["accidental"]) => "personal_motivations": ["accidental"];
        score(7) => "x_opencti_score": 7;
    }}
    setters! { all, ThreatActorIndividual, ThreatActorIndividual::new("Jo"), [shared, entity] {
        description("a text") => "description": "a text";
        threat_actor_types(["activist"]) => "threat_actor_types": ["activist"];
        aliases(["a text"]) => "aliases": ["a text"];
        first_seen(JANUARY) => "first_seen": JANUARY;
        last_seen(FEBRUARY) => "last_seen": FEBRUARY;
        roles(["agent"]) => "roles": ["agent"];
        goals(["a text"]) => "goals": ["a text"];
        sophistication("none") => "sophistication": "none";
        resource_level("individual") => "resource_level": "individual";
        primary_motivation("accidental") => "primary_motivation": "accidental";
        secondary_motivations(["accidental"]) => "secondary_motivations": ["accidental"];
        personal_motivations(["accidental"]) => "personal_motivations": ["accidental"];
    }}
    setters! { all, Tool, Tool::new("nmap"), [shared, entity, phases] {
        description("a text") => "description": "a text";
        tool_types(["denial-of-service"]) => "tool_types": ["denial-of-service"];
        version("a text") => "tool_version": "a text";
        aliases(["a text"]) => "aliases": ["a text"];
    }}
}
