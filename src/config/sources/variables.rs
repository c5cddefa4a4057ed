//! The variables that a connector reads at its start, as pycti 7.261026.0, with their YAML paths.
//!
//! Variables of own sections are not listed: their names follow from the section's.

/// An environment variable and its path in the YAML file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    pub(crate) section: &'static str,
    pub(crate) key: &'static str,
    pub(crate) content: Content,
}

impl Variable {
    /// Returns the path in the YAML file, such as `connector.id`.
    pub(crate) fn path(&self) -> String {
        format!("{}.{}", self.section, self.key)
    }
}

/// What a variable contains, which decides what reports show of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Shown in full.
    Text,
    /// Shown without the user name and the password.
    Uri,
    /// Never shown.
    Secret,
}

macro_rules! variables {
    ($($constant:ident = $name:literal, $section:literal . $key:literal $($content:ident)?;)+) => {
    $(
        pub(crate) const $constant: Variable = Variable {
            name: $name,
            section: $section,
            key: $key,
            content: variables!(@content $($content)?),
        };
    )+

        /// All variables.
        pub(crate) const ALL: &[Variable] = &[$($constant),+];
    };
    (@content secret) => { Content::Secret };
    (@content uri) => { Content::Uri };
    (@content) => { Content::Text };
}

variables! {
    URL = "OPENCTI_URL", "opencti"."url" uri;
    TOKEN = "OPENCTI_TOKEN", "opencti"."token" secret;
    SSL_VERIFY = "OPENCTI_SSL_VERIFY", "opencti"."ssl_verify";
    CUSTOM_HEADERS = "OPENCTI_CUSTOM_HEADERS", "opencti"."custom_headers" secret;
    JSON_LOGGING = "OPENCTI_JSON_LOGGING", "opencti"."json_logging";

    ID = "CONNECTOR_ID", "connector"."id";
    NAME = "CONNECTOR_NAME", "connector"."name";
    TYPE = "CONNECTOR_TYPE", "connector"."type";
    SCOPE = "CONNECTOR_SCOPE", "connector"."scope";
    AUTO = "CONNECTOR_AUTO", "connector"."auto";
    ONLY_CONTEXTUAL = "CONNECTOR_ONLY_CONTEXTUAL", "connector"."only_contextual";
    AUTO_UPDATE = "CONNECTOR_AUTO_UPDATE", "connector"."auto_update";
    ENRICHMENT_RESOLUTION = "CONNECTOR_ENRICHMENT_RESOLUTION", "connector"."enrichment_resolution";
    XTM_ONE_INTENT = "CONNECTOR_XTM_ONE_INTENT", "connector"."xtm_one_intent";

    LOG_LEVEL = "CONNECTOR_LOG_LEVEL", "connector"."log_level";
    LISTEN_PROTOCOL = "CONNECTOR_LISTEN_PROTOCOL", "connector"."listen_protocol";
    LISTEN_API_PORT = "CONNECTOR_LISTEN_PROTOCOL_API_PORT", "connector"."listen_protocol_api_port";
    LISTEN_API_PATH = "CONNECTOR_LISTEN_PROTOCOL_API_PATH", "connector"."listen_protocol_api_path" uri;
    LISTEN_API_URI = "CONNECTOR_LISTEN_PROTOCOL_API_URI", "connector"."listen_protocol_api_uri" uri;
    LISTEN_API_SSL = "CONNECTOR_LISTEN_PROTOCOL_API_SSL", "connector"."listen_protocol_api_ssl";
    LISTEN_API_SSL_KEY = "LISTEN_PROTOCOL_API_SSL_KEY", "connector"."listen_protocol_api_ssl_key" secret;
    LISTEN_API_SSL_CERT = "LISTEN_PROTOCOL_API_SSL_CERT", "connector"."listen_protocol_api_ssl_cert";
    LISTEN_API_SSL_PASSPHRASE = "LISTEN_PROTOCOL_API_SSL_PASSPHRASE", "connector"."listen_protocol_api_ssl_passphrase" secret;
    QUEUE_PROTOCOL = "CONNECTOR_QUEUE_PROTOCOL", "connector"."queue_protocol";
    QUEUE_THRESHOLD = "CONNECTOR_QUEUE_THRESHOLD", "connector"."queue_threshold";
    DURATION_PERIOD = "CONNECTOR_DURATION_PERIOD", "connector"."duration_period";
    RUN_AND_TERMINATE = "CONNECTOR_RUN_AND_TERMINATE", "connector"."run_and_terminate";
    VALIDATE_BEFORE_IMPORT = "CONNECTOR_VALIDATE_BEFORE_IMPORT", "connector"."validate_before_import";
    SEND_TO_QUEUE = "CONNECTOR_SEND_TO_QUEUE", "connector"."send_to_queue";
    SEND_TO_DIRECTORY = "CONNECTOR_SEND_TO_DIRECTORY", "connector"."send_to_directory";
    SEND_TO_DIRECTORY_PATH = "CONNECTOR_SEND_TO_DIRECTORY_PATH", "connector"."send_to_directory_path" uri;
    SEND_TO_DIRECTORY_RETENTION = "CONNECTOR_SEND_TO_DIRECTORY_RETENTION", "connector"."send_to_directory_retention";
    SEND_TO_S3 = "CONNECTOR_SEND_TO_S3", "connector"."send_to_s3";
    SEND_TO_S3_BUCKET = "CONNECTOR_SEND_TO_S3_BUCKET", "connector"."send_to_s3_bucket";
    SEND_TO_S3_FOLDER = "CONNECTOR_SEND_TO_S3_FOLDER", "connector"."send_to_s3_folder";
    SEND_TO_S3_RETENTION = "CONNECTOR_SEND_TO_S3_RETENTION", "connector"."send_to_s3_retention";
    EXPOSE_METRICS = "CONNECTOR_EXPOSE_METRICS", "connector"."expose_metrics";
    METRICS_PORT = "CONNECTOR_METRICS_PORT", "connector"."metrics_port";
    METRICS_NAMESPACE = "CONNECTOR_METRICS_NAMESPACE", "connector"."metrics_namespace";
    METRICS_SUBSYSTEM = "CONNECTOR_METRICS_SUBSYSTEM", "connector"."metrics_subsystem";
    LIVE_STREAM_ID = "CONNECTOR_LIVE_STREAM_ID", "connector"."live_stream_id";
    LIVE_STREAM_LISTEN_DELETE = "CONNECTOR_LIVE_STREAM_LISTEN_DELETE", "connector"."live_stream_listen_delete";
    LIVE_STREAM_NO_DEPENDENCIES = "CONNECTOR_LIVE_STREAM_NO_DEPENDENCIES", "connector"."live_stream_no_dependencies";
    LIVE_STREAM_WITH_INFERENCES = "CONNECTOR_LIVE_STREAM_WITH_INFERENCES", "connector"."live_stream_with_inferences";
    LIVE_STREAM_RECOVER_ISO_DATE = "CONNECTOR_LIVE_STREAM_RECOVER_ISO_DATE", "connector"."live_stream_recover_iso_date";
    LIVE_STREAM_START_TIMESTAMP = "CONNECTOR_LIVE_STREAM_START_TIMESTAMP", "connector"."live_stream_start_timestamp";

    MQ_HOST = "MQ_HOST", "mq"."host" uri;
    MQ_PORT = "MQ_PORT", "mq"."port";
    MQ_VHOST = "MQ_VHOST", "mq"."vhost";
    MQ_USE_SSL = "MQ_USE_SSL", "mq"."use_ssl";
    MQ_USER = "MQ_USER", "mq"."user";
    MQ_PASS = "MQ_PASS", "mq"."pass" secret;
    MQ_USE_SSL_CA = "MQ_USE_SSL_CA", "mq"."use_ssl_ca";
    MQ_USE_SSL_CERT = "MQ_USE_SSL_CERT", "mq"."use_ssl_cert";
    MQ_USE_SSL_KEY = "MQ_USE_SSL_KEY", "mq"."use_ssl_key" secret;
    MQ_USE_SSL_PASSPHRASE = "MQ_USE_SSL_PASSPHRASE", "mq"."use_ssl_passphrase" secret;
    MQ_USE_SSL_REJECT_UNAUTHORIZED = "MQ_USE_SSL_REJECT_UNAUTHORIZED", "mq"."use_ssl_reject_unauthorized";

    S3_ENDPOINT = "S3_ENDPOINT", "s3"."endpoint" uri;
    S3_PORT = "S3_PORT", "s3"."port";
    S3_ACCESS_KEY = "S3_ACCESS_KEY", "s3"."access_key" secret;
    S3_SECRET_KEY = "S3_SECRET_KEY", "s3"."secret_key" secret;
    S3_USE_SSL = "S3_USE_SSL", "s3"."use_ssl";
    S3_BUCKET_REGION = "S3_BUCKET_REGION", "s3"."bucket_region";

    OLD_CONFIDENCE_LEVEL = "CONNECTOR_CONFIDENCE_LEVEL", "connector"."confidence_level";
    OLD_QUEUE_PROTOCOL = "QUEUE_PROTOCOL", "connector"."queue_protocol";
}
