//! Registration: the mutation `registerConnector`.

use serde::Deserialize;
use serde_json::Value;

use super::state;
use crate::connector::input::ConnectorInput;
use crate::graphql::operation::operation;
use crate::value::secret::Secret;
use crate::value::since::Part;
use crate::value::version::PlatformVersion;

/// Registers a connector: makes it known to the platform, or brings it up to date there.
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
    /// The registration with this payload, for the newest platform.
    #[must_use]
    pub const fn new(input: ConnectorInput<'a>) -> Self {
        Self {
            input,
            version: None,
        }
    }

    /// Asks for what a platform of this version can tell. The payload is
    /// [restricted](ConnectorInput::restricted_to) by itself.
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

/// The document, with the members that the platform has.
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

/// What a platform tells a connector that registers; what older platforms lack is optional.
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
/// let config = registered.config.expect("a platform gives the queues");
/// let rabbitmq = config.connection.expect("platforms do since 4.0.4");
/// assert_eq!(rabbitmq.host, "rabbitmq");
/// assert_eq!(format!("{:?}", rabbitmq.pass), "***");
/// assert_eq!(rabbitmq.pass.expose(), "s3cr3t");
/// # Ok::<(), opencti_connector::graphql::AnswerError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Registered {
    /// The id of the connector.
    pub id: String,
    /// The state that the connector left, if any.
    #[serde(rename = "connector_state", default, deserialize_with = "state::parse")]
    pub state: Option<Value>,
    /// The public keys that sign the platform's HTTP requests, as the text of a JWK set (platform
    /// 7.260224.0).
    pub jwks: Option<String>,
    /// Its queues.
    pub config: Option<QueueConfig>,
    /// The id of its user (platform 4.0.0).
    #[serde(
        rename = "connector_user_id",
        alias = "connector_user",
        default,
        deserialize_with = "user_id"
    )]
    pub user_id: Option<String>,
}

/// The id of a user: by itself, or in an object as platforms before 5.3.16 tell it.
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

/// The queues of a connector, and how to reach them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct QueueConfig {
    /// RabbitMQ (platform 4.0.4).
    pub connection: Option<RabbitMq>,
    /// RabbitMQ as a URI with its password (platforms before 4.0.4).
    pub uri: Option<Secret>,
    /// The platform's object storage (platform 6.9.10).
    pub s3: Option<S3>,
    /// The queue on which the connector listens.
    pub listen: String,
    /// The routing key of that queue (platform 5.4.0).
    pub listen_routing: Option<String>,
    /// The exchange of that queue.
    pub listen_exchange: String,
    /// The queue to which it sends bundles.
    pub push: String,
    /// The routing key of that queue (platform 5.4.0).
    pub push_routing: Option<String>,
    /// The exchange to which it sends bundles.
    pub push_exchange: String,
}

/// How to reach RabbitMQ.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct RabbitMq {
    /// The host.
    pub host: String,
    /// The virtual host (platform 5.3.8).
    pub vhost: Option<String>,
    /// Whether it takes TLS (platform 4.4.0).
    pub use_ssl: Option<bool>,
    /// The port.
    pub port: u16,
    /// The user.
    pub user: String,
    /// The password.
    pub pass: Secret,
}

/// How to reach the platform's object storage.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct S3 {
    /// The host.
    pub endpoint: String,
    /// The port.
    pub port: Option<u16>,
    /// Whether it takes TLS.
    pub use_ssl: Option<bool>,
    /// The bucket.
    pub bucket_name: Option<String>,
    /// The region of the bucket.
    pub bucket_region: Option<String>,
    /// The access key.
    pub access_key: Option<Secret>,
    /// The secret key.
    pub secret_key: Option<Secret>,
}
