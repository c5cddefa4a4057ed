//! The full error text of every reason for which a value is invalid.

use opencti_connector::{ConnectorType, EntityType, InvalidConnector, RawConnector, RawScope};

const FILLER: &str = "scope \"not-applicable\" is what pycti sends when no scope is configured; list \
    the entity types (enrichment) or MIME types (files) that the connector handles";

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

fn raw(connector_type: ConnectorType) -> RawConnector {
    RawConnector::builder()
        .id(ID)
        .name("Some connector")
        .connector_type(connector_type)
        .build()
}

fn assert_lines(refused: &Result<impl Sized, InvalidConnector>, lines: &[&str]) {
    let error = refused.as_ref().err().expect("it is refused");
    assert_eq!(error.to_string().lines().collect::<Vec<_>>(), lines);
}

#[test]
fn texts_about_missing_values() {
    assert_lines(
        &RawConnector::default().validate(),
        &[
            "id is missing; every connector needs one",
            "name is missing; every connector needs one",
            "type is missing; every connector needs one",
        ],
    );
}

#[test]
fn texts_about_the_type() {
    let mut raw = raw(ConnectorType::Stream);
    raw.connector_type = Some("stream".into());
    raw.scope = Some("a,,b".into());
    assert_lines(
        &raw.validate(),
        &[
            "type \"stream\" is not a connector type; use one of EXTERNAL_IMPORT, \
             INTERNAL_IMPORT_FILE, INTERNAL_ENRICHMENT, INTERNAL_ANALYSIS, INTERNAL_EXPORT_FILE, \
             STREAM",
            // Empty entries are faults for every type.
            "scope has an empty entry at position 2; remove it or the extra comma",
        ],
    );
}

#[test]
fn texts_about_the_id() {
    for (id, line) in [
        (
            "ChangeMe",
            "id \"ChangeMe\" is a placeholder; generate a UUIDv4 for this connector, e.g. with \
             `uuidgen`",
        ),
        (
            "550e8400e29b41d4a716446655440000",
            "id \"550e8400e29b41d4a716446655440000\" is a UUIDv4 in a different format; write it \
             as \
             550e8400-e29b-41d4-a716-446655440000",
        ),
        (
            "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "id \"6ba7b810-9dad-11d1-80b4-00c04fd430c8\" is a UUID but not version 4; generate a \
             UUIDv4, e.g. with `uuidgen`",
        ),
        (
            "mitre",
            "id \"mitre\" is not a UUID; generate a UUIDv4, e.g. with `uuidgen`",
        ),
    ] {
        let mut raw = raw(ConnectorType::Stream);
        raw.id = Some(id.into());
        assert_lines(&raw.validate(), &[line]);
    }
}

#[test]
fn texts_about_the_name() {
    let long = "x".repeat(513);
    for (name, line) in [
        ("X", "name \"X\" is too short; use at least 2 characters"),
        (
            &long,
            &*format!(
                "name \"{}…\" is too long; use at most 512 characters",
                "x".repeat(80)
            ),
        ),
        (
            "  ",
            "name \"  \" is blank; use at least one visible character",
        ),
        (
            "a\tb",
            "name \"a\\tb\" contains a control character; remove it",
        ),
    ] {
        let mut raw = raw(ConnectorType::Stream);
        raw.name = Some(name.into());
        assert_lines(&raw.validate(), &[line]);
    }
}

#[test]
fn texts_about_the_settings() {
    for (version, line) in [
        ("", "version \"\" is empty; remove it or give it a value"),
        (
            "1 4",
            "version \"1 4\" contains characters other than ASCII letters, digits and `._+-`; \
             remove them",
        ),
    ] {
        let mut raw = raw(ConnectorType::Stream);
        raw.version = Some(version.into());
        assert_lines(&raw.validate(), &[line]);
    }
    let mut raw = raw(ConnectorType::Stream);
    raw.listen_callback_uri = Some("ftp://h".into());
    assert_lines(
        &raw.validate(),
        &[
            "listen_callback_uri \"ftp://h\" does not start with `http://` or `https://`; write \
             the full URI",
        ],
    );
    raw.listen_callback_uri = Some("http://h:99999/x".into());
    assert_lines(
        &raw.validate(),
        &[
            "listen_callback_uri \"http://h:99999/x\" has no valid port; write a number up to \
             65535 after the colon, or remove the colon",
        ],
    );
    raw.listen_callback_uri = Some("http://u@:x/ ".into());
    assert_lines(
        &raw.validate(),
        &[
            "listen_callback_uri \"http://***@:x/ \" contains a user name, which would be stored \
             in plain text; remove everything up to the `@`",
            "listen_callback_uri \"http://***@:x/ \" has no valid host; write one after `://`, \
             with an IPv6 address in brackets",
            "listen_callback_uri \"http://***@:x/ \" has no valid port; write a number up to \
             65535 after the colon, or remove the colon",
            "listen_callback_uri \"http://***@:x/ \" contains white space or a control character; \
             remove or percent-encode it",
        ],
    );
}

#[test]
fn texts_about_the_scope() {
    use ConnectorType::{
        ExternalImport, InternalEnrichment, InternalExportFile, InternalImportFile, Stream,
    };

    for (connector_type, scope, lines) in [
        (
            InternalEnrichment,
            RawScope::from(""),
            &[
                "scope is missing; list the entity types (enrichment) or MIME types (files) that \
                 the connector handles, because an empty scope matches everything",
            ][..],
        ),
        (InternalEnrichment, "not-applicable".into(), &[FILLER]),
        (
            InternalImportFile,
            "not-applicable,not-applicable".into(),
            &[FILLER],
        ),
        (
            ExternalImport,
            "misp".into(),
            &[
                "scope \"misp\" is never used, because the platform imports everything an \
                 EXTERNAL_IMPORT connector sends; remove the scope",
            ],
        ),
        (
            Stream,
            "splunk".into(),
            &[
                "scope \"splunk\" is never used, because a STREAM connector receives everything \
                 on its live stream; remove the scope",
            ],
        ),
        (
            InternalEnrichment,
            "Report,,text/csv".into(),
            &[
                "scope has an empty entry at position 2; remove it or the extra comma",
                "scope \"text/csv\" contains a slash, like a MIME type; list entity types here, \
                 e.g. `Report`",
            ],
        ),
        (
            InternalEnrichment,
            ["Report,Url"].into(),
            &[
                "scope \"Report,Url\" contains a comma, where the platform splits the entry in \
                 two; write two entries or remove the comma",
            ],
        ),
        (
            InternalExportFile,
            "Report,text/,text/*".into(),
            &[
                "scope \"Report\" is not a MIME type (a slash (/) was missing between the type and \
                 subtype); list MIME types here, e.g. `application/pdf`",
                "scope \"text/\" has no subtype; write the full MIME type, e.g. `application/pdf`",
                "scope \"text/*\" contains a wildcard, which matches no file; list each MIME type \
                 in full",
            ],
        ),
    ] {
        let mut raw = raw(connector_type);
        raw.scope = Some(scope);
        assert_lines(&raw.validate(), lines);
    }
    let outer = EntityType::custom(" Report").unwrap_err();
    assert_eq!(
        outer.to_string(),
        "scope \" Report\" starts or ends with white space, which the platform does not trim; \
         remove it"
    );
}
