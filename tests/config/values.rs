//! What a value of the configuration means: pycti's reading against the crate's, row by row.
//!
//! A row is `variables | environment | YAML | pycti | crate`, where several variables, and several
//! values, stand for as many rows. The environment is a text in quotes, or a list of texts; the YAML
//! is what stands behind the key, or the whole file; `-` is nothing, and stands for no value too.
//! What pycti makes of it is that of 7.261026.0, in the words of the crate: `refused` is an
//! exception, now or at the first use of the value, and `text` is the text as it was written.
//!
//! A line `# …` names the difference that the rows below it show, as the page "Coming from pycti"
//! does. Below `# as pycti` there is none.

use std::collections::BTreeSet;

use opencti_connector::config::{Config, ListenProtocol, Platform, RunSettings};
use opencti_connector::kind::{ExternalImport, InternalEnrichment, Kind, Stream};
use opencti_connector::{AnyConnector, ListenApi, RawConnector, Secret, SendTo};
use serde_json::Value;

const PAGE: &str = include_str!("../../src/coming_from_pycti.md");
const SOME_ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// Where nothing is said.
const DEFAULTS: &str = r"
# as pycti
OPENCTI_URL OPENCTI_TOKEN | - | - | refused | refused
OPENCTI_JSON_LOGGING CONNECTOR_LIVE_STREAM_LISTEN_DELETE CONNECTOR_LIVE_STREAM_NO_DEPENDENCIES | - | - | true | true
CONNECTOR_AUTO CONNECTOR_ONLY_CONTEXTUAL CONNECTOR_AUTO_UPDATE CONNECTOR_RUN_AND_TERMINATE CONNECTOR_VALIDATE_BEFORE_IMPORT CONNECTOR_LIVE_STREAM_WITH_INFERENCES CONNECTOR_EXPOSE_METRICS | - | - | false | false
CONNECTOR_METRICS_PORT | - | - | 9095 | 9095
CONNECTOR_METRICS_NAMESPACE CONNECTOR_METRICS_SUBSYSTEM | - | - | - | -
CONNECTOR_ENRICHMENT_RESOLUTION | - | - | none | none
CONNECTOR_LOG_LEVEL | - | - | Error | Error
CONNECTOR_LISTEN_PROTOCOL | - | - | AMQP | AMQP
CONNECTOR_LISTEN_PROTOCOL_API_PORT | - | - | 7070 | 7070
CONNECTOR_LISTEN_PROTOCOL_API_PATH | - | - | http://127.0.0.1:7070/api/callback | http://127.0.0.1:7070/api/callback
CONNECTOR_LISTEN_PROTOCOL_API_SSL | - | - | false, http://127.0.0.1:7070 | false, http://127.0.0.1:7070
LISTEN_PROTOCOL_API_SSL_KEY LISTEN_PROTOCOL_API_SSL_CERT LISTEN_PROTOCOL_API_SSL_PASSPHRASE | - | - | - | -
CONNECTOR_QUEUE_PROTOCOL | - | - | Amqp | Amqp
CONNECTOR_QUEUE_THRESHOLD | - | - | 500 | 500
CONNECTOR_XTM_ONE_INTENT OPENCTI_CUSTOM_HEADERS CONNECTOR_DURATION_PERIOD CONNECTOR_LIVE_STREAM_ID CONNECTOR_LIVE_STREAM_RECOVER_ISO_DATE CONNECTOR_LIVE_STREAM_START_TIMESTAMP | - | - | - | -
MQ_HOST MQ_PORT MQ_VHOST MQ_USE_SSL MQ_USER MQ_PASS MQ_USE_SSL_CA MQ_USE_SSL_CERT MQ_USE_SSL_KEY MQ_USE_SSL_PASSPHRASE | - | - | - | -
CONNECTOR_SEND_TO_QUEUE | - | - | true | true
CONNECTOR_SEND_TO_DIRECTORY CONNECTOR_SEND_TO_S3 | - | - | false | false
CONNECTOR_SEND_TO_DIRECTORY_RETENTION CONNECTOR_SEND_TO_S3_RETENTION | - | - | 7 | 7
CONNECTOR_SEND_TO_S3_FOLDER | - | - | connectors | connectors
CONNECTOR_SEND_TO_S3_BUCKET S3_ENDPOINT S3_PORT S3_ACCESS_KEY S3_SECRET_KEY S3_USE_SSL S3_BUCKET_REGION | - | - | - | -
# `CONNECTOR_SEND_TO_DIRECTORY` without a path
CONNECTOR_SEND_TO_DIRECTORY_PATH | - | - | - | refused
# `MQ_USE_SSL_REJECT_UNAUTHORIZED` unset
MQ_USE_SSL_REJECT_UNAUTHORIZED | - | - | false | -
# `OPENCTI_SSL_VERIFY` unset
OPENCTI_SSL_VERIFY | - | - | Off | System
# `CONNECTOR_TYPE`
CONNECTOR_TYPE | - | - | refused | INTERNAL_ENRICHMENT
# `CONNECTOR_SCOPE` unset, or `not-applicable`
CONNECTOR_SCOPE | - | - | not-applicable | refused
# `CONNECTOR_ID` is not a UUIDv4
CONNECTOR_ID | - | - | - | refused
# what it reads loosely is typed
CONNECTOR_NAME | - | - | - | refused
";

/// Nothing, written down.
const NOTHING: &str = r#"
# an empty variable
CONNECTOR_AUTO            | "" | true | false | false
CONNECTOR_LOG_LEVEL       | "" | DEBUG | Error | Error
CONNECTOR_QUEUE_THRESHOLD | "" | 7 | 500 | 500
# null in YAML
CONNECTOR_AUTO            | - | null or ~ or Null or | - | false
CONNECTOR_LOG_LEVEL       | - | null | refused | Error
CONNECTOR_QUEUE_THRESHOLD | - | null | refused | 500
CONNECTOR_SCOPE           | - | null | - | refused
CONNECTOR_LIVE_STREAM_ID  | - | null | - | -
# an empty text in YAML
CONNECTOR_AUTO            | - | '' or "" | false | false
CONNECTOR_QUEUE_THRESHOLD | - | '' | 500 | 500
# a section that is null
CONNECTOR_AUTO            | - | connector: or connector: ~ | refused | false
OPENCTI_JSON_LOGGING      | - | opencti: null | refused | true
# as pycti
CONNECTOR_AUTO            | - | connector: {} or later: [1] or connector: {later: {a: 1}} | false | false
"#;

const BOOLEANS: &str = r#"
# as pycti
CONNECTOR_AUTO | ["yes", "true", "True"]  | - | true | true
CONNECTOR_AUTO | ["no", "false", "False"] | - | false | false
CONNECTOR_AUTO | - | true or TRUE or yes or On or "true" or 'True' | true | true
CONNECTOR_AUTO | - | false or False or NO or off or "no" | false | false
# booleans
CONNECTOR_AUTO CONNECTOR_AUTO_UPDATE OPENCTI_JSON_LOGGING CONNECTOR_RUN_AND_TERMINATE CONNECTOR_VALIDATE_BEFORE_IMPORT CONNECTOR_LIVE_STREAM_LISTEN_DELETE CONNECTOR_LIVE_STREAM_NO_DEPENDENCIES CONNECTOR_LIVE_STREAM_WITH_INFERENCES | ["TRUE", "tRuE", "YES", "on", "ON", "1", " true", "\tYes\n"] | - | text | true
CONNECTOR_AUTO CONNECTOR_ONLY_CONTEXTUAL CONNECTOR_AUTO_UPDATE OPENCTI_JSON_LOGGING CONNECTOR_RUN_AND_TERMINATE CONNECTOR_VALIDATE_BEFORE_IMPORT CONNECTOR_LIVE_STREAM_LISTEN_DELETE CONNECTOR_LIVE_STREAM_NO_DEPENDENCIES CONNECTOR_LIVE_STREAM_WITH_INFERENCES | ["FALSE", "nO", "off", "OFF", "0", "0 "] | - | text | false
CONNECTOR_AUTO CONNECTOR_ONLY_CONTEXTUAL CONNECTOR_AUTO_UPDATE OPENCTI_JSON_LOGGING CONNECTOR_RUN_AND_TERMINATE CONNECTOR_VALIDATE_BEFORE_IMPORT CONNECTOR_LIVE_STREAM_LISTEN_DELETE CONNECTOR_LIVE_STREAM_NO_DEPENDENCIES CONNECTOR_LIVE_STREAM_WITH_INFERENCES | ["maybe", "2", "-1", "truee", "t", "y", " ", "true,false", "é"] | - | text | refused
CONNECTOR_ONLY_CONTEXTUAL | ["TRUE", "1"] | - | text | true; warned
CONNECTOR_AUTO | - | 1 or "1" | text | true
CONNECTOR_AUTO | - | 0 or '0 ' | text | false
CONNECTOR_AUTO | - | 2 or 0.5 or [true] or {} | text | refused
OPENCTI_SSL_VERIFY | "1" | - | CaFile("1") | System
OPENCTI_SSL_VERIFY | "OFF" | - | CaFile("OFF") | Off
"#;

const NUMBERS: &str = r#"
# as pycti
CONNECTOR_QUEUE_THRESHOLD | " 2.5 " | - | 2.5 | 2.5
CONNECTOR_QUEUE_THRESHOLD | - | 250 or "250" or 250.0 or 2.5e2 | 250 | 250
CONNECTOR_QUEUE_THRESHOLD | ["huge", "1,5", "5 MB", " "] | - | refused | refused
CONNECTOR_QUEUE_THRESHOLD | - | [1] or {a: 1} or huge | refused | refused
CONNECTOR_LISTEN_PROTOCOL_API_PORT | - | 8443 or "8443" | 8443 | 8443
CONNECTOR_LISTEN_PROTOCOL_API_PORT CONNECTOR_METRICS_PORT | ["web", "65536", "-1", "80.5"] | - | refused | refused
CONNECTOR_LIVE_STREAM_START_TIMESTAMP | "1700000000000" | - | 1700000000000-0 | 1700000000000-0
CONNECTOR_LIVE_STREAM_START_TIMESTAMP | - | 1700000000000 | 1700000000000-0 | 1700000000000-0
# numbers
CONNECTOR_QUEUE_THRESHOLD CONNECTOR_LISTEN_PROTOCOL_API_PORT | "yes" | - | 1 | refused
CONNECTOR_QUEUE_THRESHOLD | - | true | 1 | refused
CONNECTOR_QUEUE_THRESHOLD | ["-1", "inf", "nan"] | - | text | refused
CONNECTOR_LIVE_STREAM_START_TIMESTAMP | ["-1", "now", "1-2-3", "1-", "1-x"] | - | text | refused
# `<ms>-<n>` as `CONNECTOR_LIVE_STREAM_START_TIMESTAMP`
CONNECTOR_LIVE_STREAM_START_TIMESTAMP | "1700000000000-3" | - | text | 1700000000000-3
CONNECTOR_LIVE_STREAM_START_TIMESTAMP | - | 1700000000000-3 or '1700000000000-3' | text | 1700000000000-3
"#;

/// In seconds; pycti's are what pydantic makes of the text.
const DURATIONS: &str = r#"
# as pycti
CONNECTOR_DURATION_PERIOD | ["P1D", "+P1D", "PT24H", "24:00:00", "1 day", "1 days", "1days", "1d"] | - | 86400 | 86400
CONNECTOR_DURATION_PERIOD | ["P1.5D", "P1,5D", "P1DT12H"] | - | 129600 | 129600
CONNECTOR_DURATION_PERIOD | "P0.5W" | - | 302400 | 302400
CONNECTOR_DURATION_PERIOD | "P0.5Y" | - | 15768000 | 15768000
CONNECTOR_DURATION_PERIOD | - | 3600 or 3600.0 or 3600.9 | 3600 | 3600
CONNECTOR_DURATION_PERIOD | - | '3600' or "60" | refused | refused
CONNECTOR_DURATION_PERIOD | "PT30M" | - | 1800 | 1800
CONNECTOR_DURATION_PERIOD | "P2W" | - | 1209600 | 1209600
CONNECTOR_DURATION_PERIOD | "P1M" | - | 2592000 | 2592000
CONNECTOR_DURATION_PERIOD | "P1Y" | - | 31536000 | 31536000
CONNECTOR_DURATION_PERIOD | "P1Y2M3W4DT5H6M7S" | - | 38898367 | 38898367
CONNECTOR_DURATION_PERIOD | ["PT1.5H", "PT1,5H"] | - | 5400 | 5400
CONNECTOR_DURATION_PERIOD | ["0", "PT0S", "P0D", "PT0.5S", "00:00:00"] | - | 0 | 0
CONNECTOR_DURATION_PERIOD | - | 0 or '0' | 0 | 0
CONNECTOR_DURATION_PERIOD | "10:00:00" | - | 36000 | 36000
CONNECTOR_DURATION_PERIOD | - | 10:00:00 | 36000 | 36000
CONNECTOR_DURATION_PERIOD | ["1 days, 10:00:00", "1 days 10:00:00", "1d 10:00:00"] | - | 122400 | 122400
CONNECTOR_DURATION_PERIOD | ["hourly", "60", "0.5", "-0", "P", "PT", "PTT1H", "P1", "P1S", "P-1D", "PT-5M", "1 days -10:00:00"] | - | refused | refused
CONNECTOR_DURATION_PERIOD | - | [1] or {} | refused | refused
# `CONNECTOR_DURATION_PERIOD`
CONNECTOR_DURATION_PERIOD | ["pt30m", " PT30M ", "30 min", "30m"] | - | refused | 1800
CONNECTOR_DURATION_PERIOD | ["-P1D", "-PT0.5H", "-10:00:00"] | - | text | refused
CONNECTOR_DURATION_PERIOD | - | -60 or -0.5 | text | refused
"#;

const PLATFORM: &str = r#"
# as pycti
OPENCTI_URL   | ["http://localhost:8080", "http://localhost:8080/"] | - | http://localhost:8080 | http://localhost:8080
OPENCTI_URL   | "https://a.example/cti/" | - | https://a.example/cti | https://a.example/cti
OPENCTI_URL   | - | https://a.example or "https://a.example" | https://a.example | https://a.example
OPENCTI_URL   | ["localhost:8080", "ftp://a.example", "https://", "http://a.example:99999"] | - | refused | refused
OPENCTI_TOKEN | "8f6b1c5e" | 9a | 8f6b1c5e | 8f6b1c5e
OPENCTI_TOKEN | - | 8f6b-1c5e | 8f6b-1c5e | 8f6b-1c5e
OPENCTI_TOKEN | ["ChangeMe", "8f6b\n1c5e"] | - | refused | refused
OPENCTI_SSL_VERIFY     | ["true", "yes"] | - | System | System
OPENCTI_SSL_VERIFY     | ["False", "no"] | - | Off | Off
OPENCTI_SSL_VERIFY     | "/etc/ca.pem" | - | CaFile("/etc/ca.pem") | CaFile("/etc/ca.pem")
OPENCTI_SSL_VERIFY     | - | /etc/ca.pem | CaFile("/etc/ca.pem") | CaFile("/etc/ca.pem")
OPENCTI_CUSTOM_HEADERS | ["X-A: b;X-C:d:e", " X-A:b ;; X-C : d:e; "] | - | X-A=b,X-C=d:e | X-A=b,X-C=d:e
OPENCTI_CUSTOM_HEADERS | - | "X-A:" | X-A= | X-A=
# a plain scalar such as `0x41`, `017`, `1_000` or `12:30` in YAML
OPENCTI_TOKEN          | - | 0x41 | 65 | 0x41
OPENCTI_TOKEN          | - | 017 | 15 | 017
# a user name in `OPENCTI_URL`
OPENCTI_URL   | ["https://user:pa55word@a.example", "https://user@a.example"] | - | text | refused
# `/graphql` at the end of `OPENCTI_URL`
OPENCTI_URL   | ["https://a.example/graphql", "https://a.example/graphql/"] | - | text | https://a.example; warned
# a query or a fragment in `OPENCTI_URL`
OPENCTI_URL   | ["https://a.example/?a=b", "https://a.example/#a"] | - | text | refused
# quotes around `OPENCTI_TOKEN`, or `Bearer` before it
OPENCTI_TOKEN | ["'8f6b1c5e'", "\"8f6b1c5e\"", "Bearer 8f6b1c5e"] | - | text | refused
# a URL as `OPENCTI_SSL_VERIFY`, certificate, path, `MQ_HOST` or stream id
OPENCTI_SSL_VERIFY CONNECTOR_LISTEN_PROTOCOL_API_PATH LISTEN_PROTOCOL_API_SSL_CERT MQ_HOST MQ_USE_SSL_CA MQ_USE_SSL_CERT CONNECTOR_LIVE_STREAM_ID CONNECTOR_SEND_TO_DIRECTORY_PATH S3_ENDPOINT | "https://a.example" | - | text | refused
# a placeholder: `ChangeMe` in any case, `${…}`, `{{…}}`, `<…>`, `__…__`
OPENCTI_TOKEN | ["changeme", "CHANGEME_TOKEN", "<ChangeMe>", "${TOKEN}", "__TOKEN__"] | - | text | refused
CONNECTOR_NAME CONNECTOR_LIVE_STREAM_ID CONNECTOR_XTM_ONE_INTENT | ["ChangeMe", "${A}", "{{ a }}", "<a>", "__A__"] | - | text | refused
CONNECTOR_ID  | ["ChangeMe", "changeme", "'ChangeMe'", "CHANGEME-UUID4"] | - | text | refused
CONNECTOR_ID  | - | ChangeMe | text | refused
# what it reads loosely is typed
OPENCTI_URL            | " http://a\n" | - | text | http://a
OPENCTI_TOKEN          | " 8f6b1c5e\t" | - | text | 8f6b1c5e
OPENCTI_TOKEN          | "8f6b 1c5e" | - | text | refused
OPENCTI_CUSTOM_HEADERS | "X-A" | - | - | refused
OPENCTI_CUSTOM_HEADERS | ["X A:b", ":b", "X-A:b;é:c"] | - | text | refused
"#;

const SCOPES: &str = r#"
# as pycti
CONNECTOR_SCOPE | ["Report,Indicator", " Report , Indicator "] | Url | Report,Indicator | Report,Indicator
CONNECTOR_SCOPE | - | Report, Indicator or [Report, Indicator] or [' Report ', "Indicator"] | Report,Indicator | Report,Indicator
# `CONNECTOR_SCOPE` unset, or `not-applicable`
CONNECTOR_SCOPE | "" | Report | not-applicable | refused
CONNECTOR_SCOPE | ["not-applicable", " not-applicable"] | - | not-applicable | refused
CONNECTOR_SCOPE | - | [not-applicable] | not-applicable | refused
CONNECTOR_SCOPE | - | [] | - | refused
# quotes in `CONNECTOR_SCOPE`
CONNECTOR_SCOPE | ["\"Report\"", "'Report', 'Url'", "\"Report,Url\"", "\""] | - | text | refused
CONNECTOR_SCOPE | - | ['"Report"'] or '"Report"' | text | refused
# what it reads loosely is typed
CONNECTOR_SCOPE | ["report", "REPORT,Report"] | - | text | Report
CONNECTOR_SCOPE | ["Report,", ",Report", "Report,,Url", " ", "text/plain"] | - | text | refused
CONNECTOR_SCOPE | - | ['Report,Url'] or [[Report]] or [~] or {a: b} | text | refused
CONNECTOR_SCOPE | "File" | - | File | File; warned
"#;

const CONNECTOR: &str = r#"
# as pycti
CONNECTOR_ID   | "550e8400-e29b-41d4-a716-446655440000" | - | 550e8400-e29b-41d4-a716-446655440000 | 550e8400-e29b-41d4-a716-446655440000
CONNECTOR_ID   | - | 550E8400-E29B-41D4-A716-446655440000 | 550E8400-E29B-41D4-A716-446655440000 | 550E8400-E29B-41D4-A716-446655440000
CONNECTOR_NAME | "Shodan" | Censys | Shodan | Shodan
CONNECTOR_NAME | - | Abuse.ch, the feed | Abuse.ch, the feed | Abuse.ch, the feed
CONNECTOR_TYPE | "INTERNAL_ENRICHMENT" | - | INTERNAL_ENRICHMENT | INTERNAL_ENRICHMENT
CONNECTOR_TYPE | ["INTERNAL_HUNT", "internal_enrichment", " INTERNAL_ENRICHMENT"] | - | refused | refused
CONNECTOR_ENRICHMENT_RESOLUTION | "stix_bundle" | none | stix_bundle | stix_bundle
CONNECTOR_ENRICHMENT_RESOLUTION | - | deferred | deferred | deferred
CONNECTOR_XTM_ONE_INTENT | "cti.stix_harvester" | - | cti.stix_harvester | cti.stix_harvester
# `CONNECTOR_ID` is not a UUIDv4
CONNECTOR_ID   | "mitre--550e8400-e29b-41d4-a716-446655440000" | - | text | mitre--550e8400-e29b-41d4-a716-446655440000; warned
CONNECTOR_ID   | ["shodan", "550e8400-e29b-11d4-a716-446655440000", "550e8400e29b41d4a716446655440000", " 550e8400-e29b-41d4-a716-446655440000"] | - | text | refused
# `CONNECTOR_TYPE`
CONNECTOR_TYPE | "STREAM" | - | STREAM | refused
CONNECTOR_TYPE | - | STREAM | STREAM | refused
# `playbook_compatible`
CONNECTOR_PLAYBOOK_COMPATIBLE | "true" | true | false | false
# what it reads loosely is typed
CONNECTOR_NAME | ["X", "  ", "a\nb"] | - | text | refused
CONNECTOR_ENRICHMENT_RESOLUTION | "all" | - | all | all; warned
CONNECTOR_XTM_ONE_INTENT | " " | - | text | refused
"#;

const RUN: &str = r#"
# as pycti
CONNECTOR_LOG_LEVEL | ["info", "INFO", "Info"] | debug | Info | Info
CONNECTOR_LOG_LEVEL | - | warn or WARNING | Warning | Warning
CONNECTOR_LOG_LEVEL | "critical" | - | Critical | Critical
CONNECTOR_LOG_LEVEL | ["fatal", "FATAL"] | - | Critical | Critical
CONNECTOR_LOG_LEVEL | "notset" | - | Debug | Debug
CONNECTOR_LOG_LEVEL | ["loud", "20x"] | - | refused | refused
CONNECTOR_LISTEN_PROTOCOL | ["api", "API", "Api"] | AMQP | API | API
CONNECTOR_LISTEN_PROTOCOL_API_URI  | "https://c.example" | http://d.example | https://c.example/api/callback | https://c.example/api/callback
CONNECTOR_LISTEN_PROTOCOL_API_URI  | - | https://c.example:8443/ | https://c.example:8443//api/callback | https://c.example:8443//api/callback
CONNECTOR_LISTEN_PROTOCOL_API_PATH | "/hook" | - | http://127.0.0.1:7070/hook | http://127.0.0.1:7070/hook
CONNECTOR_LISTEN_PROTOCOL_API_SSL  | "yes" | - | true, https://127.0.0.1:7070 | true, https://127.0.0.1:7070
LISTEN_PROTOCOL_API_SSL_KEY LISTEN_PROTOCOL_API_SSL_CERT | "/a.pem" | /b.pem | /a.pem | /a.pem
LISTEN_PROTOCOL_API_SSL_PASSPHRASE | " a b " | - | " a b " | " a b "
CONNECTOR_QUEUE_PROTOCOL  | "api" | amqp | Api | Api
CONNECTOR_LIVE_STREAM_ID  | - | live | live | live
CONNECTOR_LIVE_STREAM_ID  | - | 12e45678 | 12e45678 | 12e45678
CONNECTOR_LIVE_STREAM_RECOVER_ISO_DATE | "2026-01-31T00:00:00Z" | - | 2026-01-31T00:00:00Z | 2026-01-31T00:00:00Z
CONNECTOR_EXPOSE_METRICS | "true" | no | true | true
CONNECTOR_METRICS_NAMESPACE CONNECTOR_METRICS_SUBSYSTEM | "_a_1" | octi | _a_1 | _a_1
CONNECTOR_METRICS_NAMESPACE CONNECTOR_METRICS_SUBSYSTEM | - | octi | octi | octi
# `CONNECTOR_METRICS_NAMESPACE`, `CONNECTOR_METRICS_SUBSYSTEM` with what no name of a metric holds, such as a hyphen
CONNECTOR_METRICS_NAMESPACE CONNECTOR_METRICS_SUBSYSTEM | ["my-connector", "a b", "1st", "é", "a:b"] | - | text | refused
# a plain scalar such as `0x41`, `017`, `1_000` or `12:30` in YAML
CONNECTOR_LIVE_STREAM_ID  | - | 1_000 | 1000 | 1_000
CONNECTOR_LIVE_STREAM_ID  | - | 12:30 | 750 | 12:30
# `CONNECTOR_CONFIDENCE_LEVEL`, `QUEUE_PROTOCOL`
CONNECTOR_CONFIDENCE_LEVEL | "80" | - | - | -; warned
CONNECTOR_CONFIDENCE_LEVEL | - | 80 | - | -; warned
QUEUE_PROTOCOL | "api" | - | Api | Api; warned
# what it reads loosely is typed
CONNECTOR_LOG_LEVEL       | " info " | - | refused | Info
CONNECTOR_LISTEN_PROTOCOL | "http" | - | HTTP | refused
CONNECTOR_LISTEN_PROTOCOL_API_URI | ["c.example", "https://u:p@c.example"] | - | text | refused
CONNECTOR_QUEUE_PROTOCOL  | "API" | - | API | Api
CONNECTOR_QUEUE_PROTOCOL  | "kafka" | - | kafka | refused
CONNECTOR_LIVE_STREAM_RECOVER_ISO_DATE | ["yesterday", "2026-13-01"] | - | text | refused
"#;

/// How RabbitMQ is reached.
const BROKER: &str = r#"
# as pycti
MQ_HOST MQ_VHOST MQ_USER MQ_PASS MQ_USE_SSL_CA MQ_USE_SSL_CERT MQ_USE_SSL_KEY | "a" | b | a | a
MQ_HOST MQ_VHOST MQ_USER MQ_PASS MQ_USE_SSL_CA MQ_USE_SSL_CERT MQ_USE_SSL_KEY MQ_USE_SSL_PASSPHRASE | - | a | a | a
MQ_VHOST MQ_USE_SSL_CA | - | /a.b | /a.b | /a.b
MQ_PASS MQ_USE_SSL_PASSPHRASE | " a b " | - | " a b " | " a b "
MQ_PORT | "5671" | 5672 | 5671 | 5671
MQ_PORT | - | 5671 or '5671' | 5671 | 5671
MQ_PORT | ["amqp", "65536", "-1"] | - | refused | refused
MQ_USE_SSL MQ_USE_SSL_REJECT_UNAUTHORIZED | ["true", "yes"] | - | true | true
MQ_USE_SSL MQ_USE_SSL_REJECT_UNAUTHORIZED | - | no or false | false | false
# booleans
MQ_USE_SSL MQ_USE_SSL_REJECT_UNAUTHORIZED | ["on", "TRUE", "1"] | - | text | true
MQ_USE_SSL MQ_USE_SSL_REJECT_UNAUTHORIZED | "maybe" | - | text | refused
# an empty variable
MQ_HOST MQ_PORT MQ_USE_SSL | "" | 7 | text | -
MQ_PASS | "" | 7 | text | -; warned
# a URL as `OPENCTI_SSL_VERIFY`, certificate, path, `MQ_HOST` or stream id
MQ_HOST | ["amqp://a:5672", "user@a", "a/b"] | - | text | refused
"#;

/// Where bundles go.
const SEND_TO: &str = r#"
# as pycti
CONNECTOR_SEND_TO_DIRECTORY CONNECTOR_SEND_TO_S3 | ["true", "yes"] | - | true | true
CONNECTOR_SEND_TO_DIRECTORY CONNECTOR_SEND_TO_S3 | - | no or false | false | false
CONNECTOR_SEND_TO_DIRECTORY_PATH | "/data/a b" | /data | /data/a b | /data/a b
CONNECTOR_SEND_TO_DIRECTORY_PATH | - | data | data | data
CONNECTOR_SEND_TO_DIRECTORY_RETENTION CONNECTOR_SEND_TO_S3_RETENTION | ["30", " 30 "] | 3 | 30 | 30
CONNECTOR_SEND_TO_DIRECTORY_RETENTION CONNECTOR_SEND_TO_S3_RETENTION | - | 0 or '0' | 0 | 0
CONNECTOR_SEND_TO_DIRECTORY_RETENTION CONNECTOR_SEND_TO_S3_RETENTION | ["a week", "7.5"] | - | refused | refused
CONNECTOR_SEND_TO_S3_BUCKET CONNECTOR_SEND_TO_S3_FOLDER S3_ENDPOINT S3_ACCESS_KEY S3_SECRET_KEY S3_BUCKET_REGION | "a" | b | a | a
CONNECTOR_SEND_TO_S3_BUCKET CONNECTOR_SEND_TO_S3_FOLDER S3_ENDPOINT S3_ACCESS_KEY S3_SECRET_KEY S3_BUCKET_REGION | - | a | a | a
CONNECTOR_SEND_TO_S3_FOLDER | "a/b/" | - | a/b/ | a/b/
S3_PORT | - | 9000 or '9000' | 9000 | 9000
S3_PORT | ["minio", "-1"] | - | refused | refused
S3_USE_SSL | "yes" | - | true | true
# booleans
CONNECTOR_SEND_TO_QUEUE CONNECTOR_SEND_TO_DIRECTORY CONNECTOR_SEND_TO_S3 S3_USE_SSL | ["on", "TRUE", "1"] | - | text | true
CONNECTOR_SEND_TO_QUEUE CONNECTOR_SEND_TO_DIRECTORY CONNECTOR_SEND_TO_S3 S3_USE_SSL | "maybe" | - | text | refused
# numbers
CONNECTOR_SEND_TO_DIRECTORY_RETENTION CONNECTOR_SEND_TO_S3_RETENTION | "-1" | - | text | refused
# a URL as `OPENCTI_SSL_VERIFY`, certificate, path, `MQ_HOST` or stream id
S3_ENDPOINT | ["http://minio:9000", "a/b"] | - | text | refused
# `CONNECTOR_SEND_TO_QUEUE` is false, and nothing else is on
CONNECTOR_SEND_TO_QUEUE | ["no", "false"] | - | false | false; warned
"#;

/// For a connector that has no scope.
const DROPPED_SCOPES: &str = r#"
# `CONNECTOR_SCOPE` of an external import or stream
CONNECTOR_SCOPE | ["splunk", "a, b", "\"accenture\"", "not-applicable"] | - | text | -; warned
CONNECTOR_SCOPE | - | [a, b] | a,b | -; warned
CONNECTOR_SCOPE | - | - | not-applicable | -
CONNECTOR_SCOPE | "" | splunk | not-applicable | -
"#;

#[derive(Debug)]
struct Row<'a> {
    difference: Option<&'a str>,
    variable: &'a str,
    environment: Option<String>,
    yaml: Option<&'a str>,
    pycti: &'a str,
    ours: &'a str,
}

fn rows(table: &str) -> Vec<Row<'_>> {
    let mut difference = None;
    let mut rows = Vec::new();
    for line in table.lines().filter(|line| !line.is_empty()) {
        if let Some(title) = line.strip_prefix("# ") {
            difference = Some(title).filter(|title| *title != "as pycti");
            continue;
        }
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [variables, environment, yaml, pycti, ours] = cells[..] else {
            panic!("no row: {line}")
        };
        let texts = match environment {
            "-" => vec![None],
            text => match serde_json::from_str(text).unwrap() {
                Value::Array(texts) => texts.into_iter().map(Some).collect(),
                text => vec![Some(text)],
            },
        };
        for variable in variables.split(' ') {
            for text in &texts {
                for yaml in yaml.split(" or").map(str::trim) {
                    rows.push(Row {
                        difference,
                        variable,
                        environment: text.as_ref().map(|it| it.as_str().unwrap().to_owned()),
                        yaml: (yaml != "-").then_some(yaml),
                        pycti,
                        ours,
                    });
                }
            }
        }
    }
    rows
}

/// The YAML file in which a variable has a value.
fn file(variable: &str, value: &str) -> String {
    let sections = ["connector:", "opencti:", "later:", "queue:"];
    if sections.iter().any(|section| value.starts_with(section)) {
        return value.to_owned();
    }
    let (section, key) = match variable.split_once('_') {
        Some(("OPENCTI", key)) => ("opencti", key),
        Some(("CONNECTOR", key)) => ("connector", key),
        Some(("MQ", key)) => ("mq", key),
        Some(("S3", key)) => ("s3", key),
        _ => ("connector", variable),
    };
    format!("{section}:\n  {}: {value}\n", key.to_lowercase())
}

/// What a variable is read as when all others are fine.
fn read<K: Kind>(variable: &str, environment: Option<&str>, yaml: Option<&str>) -> String {
    let is_other = |name: &str| name != variable;
    let has_scope = K::TYPE == InternalEnrichment::TYPE && is_other("CONNECTOR_SCOPE");
    let mut variables = vec![("OPENCTI_URL", "http://a"), ("OPENCTI_TOKEN", "8f6b1c5e")];
    if variable.contains("LISTEN_PROTOCOL_API") {
        variables.push(("CONNECTOR_LISTEN_PROTOCOL", "API"));
    }
    if variable.starts_with("CONNECTOR_SEND_TO_DIRECTORY") {
        variables.push(("CONNECTOR_SEND_TO_DIRECTORY", "true"));
        variables.push(("CONNECTOR_SEND_TO_DIRECTORY_PATH", "/data"));
    }
    if variable.starts_with("CONNECTOR_SEND_TO_S3_") || variable.starts_with("S3_") {
        variables.push(("CONNECTOR_SEND_TO_S3", "true"));
    }
    variables.retain(|(name, _)| is_other(name));
    variables.extend(environment.map(|text| (variable, text)));
    let config = Config::sources()
        .variables(variables)
        .yaml(yaml.map_or_else(String::new, |value| file(variable, value)))
        .defaults(
            RawConnector::builder()
                .id_opt(is_other("CONNECTOR_ID").then(|| SOME_ID.into()))
                .name_opt(is_other("CONNECTOR_NAME").then(|| "Some connector".into()))
                .scope_opt(has_scope.then(|| "Report".into()))
                .build(),
        )
        .load()
        .unwrap();
    let warnings = config.warnings_for::<K>();
    for warning in &warnings {
        assert_eq!(warning.variable(), Some(variable), "{warning}");
    }
    let said = match config.read::<K>() {
        Ok(read) => {
            assert_eq!(read.warnings, warnings);
            say(variable, &read.connector.into(), &read.platform, &read.run)
        }
        Err(report) => {
            for fault in report.faults() {
                assert_eq!(fault.variable(), Some(variable), "{report}");
            }
            "refused".into()
        }
    };
    said + if warnings.is_empty() { "" } else { "; warned" }
}

/// The value of a variable in what was read; `-` for none.
fn say(variable: &str, connector: &AnyConnector, platform: &Platform, run: &RunSettings) -> String {
    let api = match &run.listen {
        ListenProtocol::Api(api) => Some(api),
        _ => None,
    };
    let stream = &run.live_stream;
    let broker = &run.broker;
    let flag = |flag: bool| Some(flag.to_string());
    let of_api = |value: fn(&ListenApi) -> Option<String>| api.and_then(value);
    let expose = |secret: &Secret| secret.expose().to_owned();
    let joined = |texts: Vec<String>| Some(texts.join(","));
    let text = match variable.strip_prefix("CONNECTOR_").unwrap_or(variable) {
        "ID" => Some(connector.id().to_string()),
        "NAME" => Some(connector.name().to_string()),
        "TYPE" => Some(connector.connector_type().to_string()),
        "SCOPE" => joined(connector.scope_entries().map(str::to_owned).collect()),
        "AUTO" => flag(connector.auto()),
        "ONLY_CONTEXTUAL" => flag(connector.only_contextual()),
        "AUTO_UPDATE" => flag(connector.auto_update()),
        "ENRICHMENT_RESOLUTION" => Some(connector.enrichment_resolution().to_string()),
        "XTM_ONE_INTENT" => connector.xtm_one_intent().map(str::to_owned),
        "PLAYBOOK_COMPATIBLE" => flag(connector.playbook_compatible()),
        "CONFIDENCE_LEVEL" => None,
        "OPENCTI_URL" => Some(platform.url.as_str().trim_end_matches('/').to_owned()),
        "OPENCTI_TOKEN" => Some(expose(&platform.token)),
        "OPENCTI_SSL_VERIFY" => Some(format!("{:?}", platform.ssl_verify)),
        "OPENCTI_CUSTOM_HEADERS" => {
            let headers = platform.custom_headers.iter();
            joined(
                headers
                    .map(|(name, value)| format!("{name}={}", expose(value)))
                    .collect(),
            )
        }
        "OPENCTI_JSON_LOGGING" => flag(run.json_logging),
        "LOG_LEVEL" => Some(format!("{:?}", run.log_level)),
        "LISTEN_PROTOCOL" => Some(api.map_or("AMQP", |_| "API").to_owned()),
        "LISTEN_PROTOCOL_API_PORT" => of_api(|api| Some(api.port.to_string())),
        "LISTEN_PROTOCOL_API_PATH" | "LISTEN_PROTOCOL_API_URI" => {
            connector.listen_callback_uri().map(str::to_owned)
        }
        "LISTEN_PROTOCOL_API_SSL" => {
            of_api(|api| Some(format!("{}, {}", api.ssl, api.uri.as_str())))
        }
        "LISTEN_PROTOCOL_API_SSL_KEY" => api.and_then(|api| api.ssl_key.as_ref().map(expose)),
        "LISTEN_PROTOCOL_API_SSL_CERT" => of_api(|api| api.ssl_cert.clone()),
        "LISTEN_PROTOCOL_API_SSL_PASSPHRASE" => {
            api.and_then(|api| api.ssl_passphrase.as_ref().map(expose))
        }
        "MQ_HOST" => broker.host.clone(),
        "MQ_PORT" => broker.port.map(|port| port.to_string()),
        "MQ_VHOST" => broker.vhost.clone(),
        "MQ_USE_SSL" => broker.use_ssl.and_then(flag),
        "MQ_USER" => broker.user.clone(),
        "MQ_PASS" => broker.password.as_ref().map(expose),
        "MQ_USE_SSL_CA" => broker.ssl_ca.clone(),
        "MQ_USE_SSL_CERT" => broker.ssl_cert.clone(),
        "MQ_USE_SSL_KEY" => broker.ssl_key.as_ref().map(expose),
        "MQ_USE_SSL_PASSPHRASE" => broker.ssl_passphrase.as_ref().map(expose),
        "MQ_USE_SSL_REJECT_UNAUTHORIZED" => broker.ssl_reject_unauthorized.and_then(flag),
        "QUEUE_PROTOCOL" => Some(format!("{:?}", run.queue_protocol)),
        "QUEUE_THRESHOLD" => Some(run.queue_threshold.to_string()),
        "DURATION_PERIOD" => run
            .duration_period
            .map(|period| period.as_secs().to_string()),
        "RUN_AND_TERMINATE" => flag(run.run_and_terminate),
        "VALIDATE_BEFORE_IMPORT" => flag(run.validate_before_import),
        "EXPOSE_METRICS" => flag(run.metrics.expose),
        "METRICS_PORT" => Some(run.metrics.port.to_string()),
        "METRICS_NAMESPACE" => Some(run.metrics.namespace.clone()),
        "METRICS_SUBSYSTEM" => Some(run.metrics.subsystem.clone()),
        "LIVE_STREAM_ID" => stream.id.clone(),
        "LIVE_STREAM_LISTEN_DELETE" => flag(stream.listen_delete),
        "LIVE_STREAM_NO_DEPENDENCIES" => flag(stream.no_dependencies),
        "LIVE_STREAM_WITH_INFERENCES" => flag(stream.with_inferences),
        "LIVE_STREAM_RECOVER_ISO_DATE" => stream.recover_iso_date.clone(),
        "LIVE_STREAM_START_TIMESTAMP" => stream.start_timestamp.map(|start| start.to_string()),
        variable => say_send_to(variable, &run.send_to),
    };
    match text.unwrap_or_default() {
        text if text.is_empty() => "-".into(),
        text if text.trim() != text => format!("{text:?}"),
        text => text,
    }
}

/// Where bundles go.
fn say_send_to(variable: &str, send_to: &SendTo) -> Option<String> {
    let SendTo { directory, s3, .. } = send_to;
    let flag = |flag: bool| Some(flag.to_string());
    let expose = |secret: &Secret| secret.expose().to_owned();
    match variable {
        "SEND_TO_QUEUE" => flag(send_to.queue),
        "SEND_TO_DIRECTORY" => flag(directory.is_some()),
        "SEND_TO_DIRECTORY_PATH" => directory.as_ref().map(|it| it.path.display().to_string()),
        "SEND_TO_DIRECTORY_RETENTION" => directory.as_ref().map(|it| it.retention_days.to_string()),
        "SEND_TO_S3" => flag(s3.is_some()),
        "SEND_TO_S3_BUCKET" => s3.as_ref().and_then(|s3| s3.bucket.clone()),
        "SEND_TO_S3_FOLDER" => s3.as_ref().map(|s3| s3.folder.clone()),
        "SEND_TO_S3_RETENTION" => s3.as_ref().map(|s3| s3.retention_days.to_string()),
        "S3_ENDPOINT" => s3.as_ref().and_then(|s3| s3.endpoint.clone()),
        "S3_PORT" => s3.as_ref().and_then(|s3| Some(s3.port?.to_string())),
        "S3_ACCESS_KEY" => s3
            .as_ref()
            .and_then(|s3| s3.access_key.as_ref().map(expose)),
        "S3_SECRET_KEY" => s3
            .as_ref()
            .and_then(|s3| s3.secret_key.as_ref().map(expose)),
        "S3_USE_SSL" => s3.as_ref().and_then(|s3| s3.use_ssl).and_then(flag),
        "S3_BUCKET_REGION" => s3.as_ref().and_then(|s3| s3.bucket_region.clone()),
        _ => panic!("no value is known for {variable}"),
    }
}

fn assert_rows<K: Kind>(table: &str) {
    for row in rows(table) {
        let said = read::<K>(row.variable, row.environment.as_deref(), row.yaml);
        assert_eq!(said, row.ours, "{row:?}");
        // What is not listed as a difference is none.
        if row.difference.is_none() {
            assert_eq!(row.pycti, row.ours, "{row:?}");
        }
    }
}

macro_rules! proves {
    ($($rule:ident: $table:ident;)+) => {$(
        #[test]
        fn $rule() {
            assert_rows::<InternalEnrichment>($table);
        }
    )+};
}

proves! {
    a_default_is_that_of_pycti_but_for_the_verification_of_certificates: DEFAULTS;
    an_empty_text_and_null_stand_for_the_default: NOTHING;
    a_boolean_is_spelled_as_in_pycti_as_in_yaml_or_as_a_digit: BOOLEANS;
    a_number_is_digits_and_no_boolean: NUMBERS;
    a_duration_is_iso_8601_or_of_another_form_that_pydantic_takes: DURATIONS;
    a_platform_is_a_url_a_token_and_how_to_verify_it: PLATFORM;
    a_scope_is_a_text_with_commas_or_a_list: SCOPES;
    a_connector_is_what_pycti_sends_or_is_refused: CONNECTOR;
    a_run_is_set_as_in_pycti: RUN;
    a_broker_is_set_as_in_pycti: BROKER;
    where_bundles_go_is_set_as_in_pycti: SEND_TO;
}

#[test]
fn a_scope_is_dropped_where_the_platform_never_looks_at_it() {
    assert_rows::<Stream>(DROPPED_SCOPES);
    assert_rows::<ExternalImport>(DROPPED_SCOPES);
}

#[test]
fn a_duration_of_the_page_is_read_as_the_page_says() {
    let (_, section) = PAGE.split_once("\n# Durations\n").unwrap();
    let section = section.split("\n# ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let mut count = 0;
    for row in rows {
        let cells: Vec<_> = row.trim_end_matches(" |").split(" | ").collect();
        let [forms, source, _, ours] = cells[..] else {
            panic!("no row: {row}")
        };
        for form in forms.trim_end_matches('`').split("`, `") {
            let say =
                |environment, yaml| read::<Stream>("CONNECTOR_DURATION_PERIOD", environment, yaml);
            if ["both", "variable"].contains(&source) {
                assert_eq!(say(Some(form), None), ours, "{form} in a variable");
                count += 1;
            }
            if ["both", "file"].contains(&source) {
                assert_eq!(say(None, Some(form)), ours, "{form} in the file");
                count += 1;
            }
        }
    }
    assert!(count > 80, "{count}");
}

#[test]
fn each_difference_that_the_page_lists_is_shown_here_and_no_other() {
    let (_, section) = PAGE.split_once("\n# The configuration\n").unwrap();
    let section = section.split("\n# ").next().unwrap();
    let lead = "what it reads loosely is typed";
    assert!(section.replace('\n', " ").contains(lead));
    let listed = section.lines().filter_map(|line| line.strip_prefix("| "));
    let listed = listed.map(|line| line.split(" | ").next().unwrap());
    let mut listed: BTreeSet<_> = listed.skip(1).collect();
    // That has a test of its own, of the report.
    assert!(listed.remove("several mistakes"));
    listed.insert(lead);

    let tables = [
        DEFAULTS,
        NOTHING,
        BOOLEANS,
        NUMBERS,
        DURATIONS,
        PLATFORM,
        SCOPES,
        CONNECTOR,
        RUN,
        BROKER,
        SEND_TO,
        DROPPED_SCOPES,
    ];
    let shown = tables.into_iter().flat_map(rows);
    let shown: BTreeSet<_> = shown.filter_map(|row| row.difference).collect();
    assert_eq!(shown, listed);
}
