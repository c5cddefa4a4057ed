//! Every reason for which a value is refused, in the words that a user reads.

use opencti_connector::{ConnectorType, EntityType, InvalidConnector, RawConnector, RawScope};

const FILLER: &str = "scope \"not-applicable\" is what pycti sends when no scope is configured; list \
    the entity types (enrichment) or MIME types (files) that the connector takes";

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
fn what_is_missing() {
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
fn the_type() {
    let mut raw = raw(ConnectorType::Stream);
    raw.connector_type = Some("stream".into());
    raw.scope = Some("a,,b".into());
    assert_lines(
        &raw.validate(),
        &[
            "type \"stream\" is not a connector type; use one of EXTERNAL_IMPORT, \
             INTERNAL_IMPORT_FILE, INTERNAL_ENRICHMENT, INTERNAL_ANALYSIS, INTERNAL_EXPORT_FILE, \
             STREAM",
            // A fault whatever the type is.
            "scope has an empty entry at position 2; remove it, or the comma too many",
        ],
    );
}

#[test]
fn the_id() {
    for (id, line) in [
        (
            "ChangeMe",
            "id \"ChangeMe\" is a placeholder; give the connector a UUIDv4 of its own, such as \
             `uuidgen` prints",
        ),
        (
            "550e8400e29b41d4a716446655440000",
            "id \"550e8400e29b41d4a716446655440000\" is a UUIDv4 in another spelling; write it as \
             550e8400-e29b-41d4-a716-446655440000",
        ),
        (
            "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "id \"6ba7b810-9dad-11d1-80b4-00c04fd430c8\" is a UUID, but not of version 4; take a \
             UUIDv4, such as `uuidgen` prints",
        ),
        (
            "mitre",
            "id \"mitre\" is not a UUID; take a UUIDv4, such as `uuidgen` prints",
        ),
    ] {
        let mut raw = raw(ConnectorType::Stream);
        raw.id = Some(id.into());
        assert_lines(&raw.validate(), &[line]);
    }
}

#[test]
fn the_name() {
    let long = "x".repeat(513);
    for (name, line) in [
        (
            "X",
            "name \"X\" is too short; it takes at least 2 characters",
        ),
        (
            &long,
            &*format!(
                "name \"{}…\" is too long; it takes at most 512 characters",
                "x".repeat(80)
            ),
        ),
        (
            "  ",
            "name \"  \" is blank; give it a text that can be read",
        ),
        (
            "a\tb",
            "name \"a\\tb\" holds a control character; remove it",
        ),
    ] {
        let mut raw = raw(ConnectorType::Stream);
        raw.name = Some(name.into());
        assert_lines(&raw.validate(), &[line]);
    }
}

#[test]
fn the_settings() {
    for (version, line) in [
        ("", "version \"\" is empty; leave it out or give it a value"),
        (
            "1 4",
            "version \"1 4\" holds other characters than ASCII letters, digits and `._+-`; remove them",
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
            "listen_callback_uri \"ftp://h\" does not start with `http://` or `https://`; write the \
           URI in full",
        ],
    );
    raw.listen_callback_uri = Some("http://h:99999/x".into());
    assert_lines(
        &raw.validate(),
        &[
            "listen_callback_uri \"http://h:99999/x\" has no valid port; write a number up to 65535 \
             after the colon, or leave the colon out",
        ],
    );
    raw.listen_callback_uri = Some("http://u@:x/ ".into());
    assert_lines(
        &raw.validate(),
        &[
            "listen_callback_uri \"http://***@:x/ \" holds a user name, which would be stored in \
             the clear; remove all up to the `@`",
            "listen_callback_uri \"http://***@:x/ \" has no valid host; write one after `://`, an \
             IPv6 address in brackets",
            "listen_callback_uri \"http://***@:x/ \" has no valid port; write a number up to 65535 \
             after the colon, or leave the colon out",
            "listen_callback_uri \"http://***@:x/ \" holds white space or a control character; \
             remove or percent-encode it",
        ],
    );
}

#[test]
fn the_scope() {
    use ConnectorType::{
        ExternalImport, InternalEnrichment, InternalExportFile, InternalImportFile, Stream,
    };

    for (connector_type, scope, lines) in [
        (
            InternalEnrichment,
            RawScope::from(""),
            &[
                "scope is missing; list the entity types (enrichment) or MIME types (files) that \
                 the connector takes, because an empty scope would match everything",
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
                "scope \"misp\" is never looked at, because an EXTERNAL_IMPORT connector imports \
                 everything it sends; remove the scope",
            ],
        ),
        (
            Stream,
            "splunk".into(),
            &[
                "scope \"splunk\" is never looked at, because a STREAM connector is sent everything \
                 that its live stream carries; remove the scope",
            ],
        ),
        (
            InternalEnrichment,
            "Report,,text/csv".into(),
            &[
                "scope has an empty entry at position 2; remove it, or the comma too many",
                "scope \"text/csv\" holds a slash, as MIME types do; list entity types here, such \
                 as `Report`",
            ],
        ),
        (
            InternalEnrichment,
            ["Report,Url"].into(),
            &[
                "scope \"Report,Url\" holds a comma, at which the platform cuts it in two; make it \
                 two entries or remove it",
            ],
        ),
        (
            InternalExportFile,
            "Report,text/,text/*".into(),
            &[
                "scope \"Report\" is not a MIME type (a slash (/) was missing between the type and \
                 subtype); list MIME types here, such as `application/pdf`",
                "scope \"text/\" has no subtype; write the MIME type in full, such as \
                 `application/pdf`",
                "scope \"text/*\" holds a wildcard, which matches no file; list each MIME type in \
                 full",
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
        "scope \" Report\" has white space at its start or end; the platform does not trim it, so \
         remove it"
    );
}
