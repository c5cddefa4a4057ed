//! The mutation `registerConnector` and its answer.

use serde::Deserialize;
use serde_json::Value;

use super::state;
use crate::connector::input::ConnectorInput;
use crate::graphql::operation::operation;
use crate::value::secret::Secret;
use crate::value::since::Part;
use crate::value::version::PlatformVersion;

/// Registers a connector, or updates its registration.
///
/// ```
/// use opencti_connector::graphql::{Operation, Register};
/// use opencti_connector::Connector;
///
/// let connector = Connector::stream()
///     .id("550e8400-e29b-41d4-a716-446655440000")
///     .name("Splunk")
///     .build()?;
/// let register = Register::new(connector.to_input()).for_version("5.11.0".parse()?);
/// assert!(!register.document().contains("jwks")); // since 7.260224.0
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Register<'a> {
    input: ConnectorInput<'a>,
    version: Option<PlatformVersion>,
}

impl<'a> Register<'a> {
    /// Creates the registration from a payload, for the newest platform version.
    #[must_use]
    pub const fn new(input: ConnectorInput<'a>) -> Self {
        Self {
            input,
            version: None,
        }
    }

    /// Requests only what this platform version returns.
    ///
    /// This does not change the payload; use [`ConnectorInput::restricted_to`] for that.
    #[must_use]
    pub const fn for_version(mut self, version: PlatformVersion) -> Self {
        self.version = Some(version);
        self
    }
}

operation! {
    Register<'_>, "RegisterConnector", idempotent: true,
    since: |this| Part::Type(this.input.connector_type()),
    document: |this| document(this.version),
    variables: |this| &this.input,
    answer: |data: Data| -> Registered { data.register_connector }
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "registerConnector")]
    register_connector: Registered,
}

/// Returns the document with the fields that the platform version has.
fn document(version: Option<PlatformVersion>) -> String {
    let has = |part: Part| part.is_known_to(version);
    let when = |part, members| if has(part) { members } else { "" };
    let connection = if has(Part::RabbitMq) {
        format!(
            "connection {{ host{}{} port user pass }}",
            when(Part::RabbitMqVhost, " vhost"),
            when(Part::RabbitMqTls, " use_ssl"),
        )
    } else {
        "uri".into()
    };
    let user = if has(Part::UserId) {
        " connector_user_id"
    } else {
        when(Part::User, " connector_user { id }")
    };
    format!(
        "mutation RegisterConnector($input: RegisterConnectorInput) {{ \
         registerConnector(input: $input) {{ id{state}{jwks} config {{ {connection}{s3} listen\
         {listen_routing} listen_exchange push{push_routing} push_exchange }}{user} }} }}",
        state = when(Part::State, " connector_state"),
        jwks = when(Part::Jwks, " jwks"),
        s3 = when(
            Part::S3,
            " s3 { endpoint port use_ssl bucket_name bucket_region access_key secret_key }"
        ),
        listen_routing = when(Part::RoutingKeys, " listen_routing"),
        push_routing = when(Part::RoutingKeys, " push_routing"),
    )
}

/// The platform's answer to a registration. Whatever older versions lack is optional.
///
/// Passwords and keys are [`Secret`]s.
///
/// ```
/// use opencti_connector::graphql::Register;
///
/// let answer = br#"{"data":{"registerConnector":{
///     "id": "550e8400-e29b-41d4-a716-446655440000",
///     "connector_state": null,
///     "config": {
///         "connection": {"host":"rabbitmq","vhost":"/","use_ssl":false,"port":5672,
///                        "user":"opencti","pass":"s3cr3t"},
///         "listen": "listen_550e8400-e29b-41d4-a716-446655440000",
///         "listen_exchange": "amqp.connector.exchange",
///         "push": "push_550e8400-e29b-41d4-a716-446655440000",
///         "push_exchange": "amqp.worker.exchange"
///     },
///     "connector_user_id": "88ec0c6a-13ce-5e39-b486-354fe4a7084f"
/// }}}"#;
/// let registered = Register::parse(answer)?;
/// let config = registered.config.expect("the platform returns the queues");
/// let rabbitmq = config.connection.expect("returned since 4.0.4");
/// assert_eq!(rabbitmq.host, "rabbitmq");
/// assert_eq!(format!("{:?}", rabbitmq.pass), "***");
/// assert_eq!(rabbitmq.pass.expose(), "s3cr3t");
/// # Ok::<(), opencti_connector::graphql::AnswerError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Registered {
    /// Connector id, as sent.
    pub id: String,
    /// State stored by an earlier run. `None` if there is none.
    #[serde(rename = "connector_state", default, deserialize_with = "state::parse")]
    pub state: Option<Value>,
    /// Public keys that verify the platform's HTTP requests, as the JSON text of a JWK set
    /// (platform 7.260224.0).
    pub jwks: Option<String>,
    /// The connector's queues, and how to reach them.
    pub config: Option<QueueConfig>,
    /// Id of the connector's user (platform 4.0.0).
    #[serde(
        rename = "connector_user_id",
        alias = "connector_user",
        default,
        deserialize_with = "user_id"
    )]
    pub user_id: Option<String>,
}

/// Parses a user id: a text, or an object before platform 5.3.16.
fn user_id<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum User {
        Id(String),
        Object { id: String },
    }

    let user = Option::<User>::deserialize(deserializer)?;
    Ok(user.map(|(User::Id(id) | User::Object { id })| id))
}

/// The connector's queues, and how to reach RabbitMQ and the object storage.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct QueueConfig {
    /// Connection to RabbitMQ (platform 4.0.4).
    pub connection: Option<RabbitMq>,
    /// URI of RabbitMQ, password included (before platform 4.0.4).
    pub uri: Option<Secret>,
    /// Connection to the platform's object storage (platform 6.9.10).
    pub s3: Option<S3>,
    /// Queue to consume from, e.g. `listen_550e8400-e29b-41d4-a716-446655440000`.
    pub listen: String,
    /// Routing key of the `listen` queue (platform 5.4.0).
    pub listen_routing: Option<String>,
    /// Exchange of the `listen` queue, e.g. `amqp.connector.exchange`.
    pub listen_exchange: String,
    /// Queue for bundles, e.g. `push_550e8400-e29b-41d4-a716-446655440000`.
    pub push: String,
    /// Routing key of the `push` queue (platform 5.4.0).
    pub push_routing: Option<String>,
    /// Exchange to publish bundles to, e.g. `amqp.worker.exchange`.
    pub push_exchange: String,
}

/// Connection settings for RabbitMQ.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct RabbitMq {
    /// Host name or address.
    pub host: String,
    /// Virtual host, e.g. `/` (platform 5.3.8).
    pub vhost: Option<String>,
    /// Whether to connect with TLS (platform 4.4.0).
    pub use_ssl: Option<bool>,
    /// Port, e.g. 5672.
    pub port: u16,
    /// User name.
    pub user: String,
    /// Password.
    pub pass: Secret,
}

/// Connection settings for the platform's object storage (S3).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct S3 {
    /// Host name or address.
    pub endpoint: String,
    /// Port, e.g. 9000.
    pub port: Option<u16>,
    /// Whether to connect with TLS.
    pub use_ssl: Option<bool>,
    /// Bucket name, e.g. `opencti-bucket`.
    pub bucket_name: Option<String>,
    /// Region of the bucket, e.g. `us-east-1`.
    pub bucket_region: Option<String>,
    /// Access key.
    pub access_key: Option<Secret>,
    /// Secret key.
    pub secret_key: Option<Secret>,
}
