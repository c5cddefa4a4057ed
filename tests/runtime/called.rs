//! A connector that the platform calls, and the requests of the platform.

use std::net::TcpListener;

use opencti_connector::client::Registration;
use opencti_connector::kind::InternalEnrichment;
use opencti_connector::runtime::Listen;
use opencti_connector::{Connector, EntityType, ListenApi};
use platform::{Broker, QueueType};
use reqwest::header::AUTHORIZATION;
use reqwest::{Body, RequestBuilder, StatusCode};
use serde_json::Value;

use crate::signer::{Signer, jwks};
use crate::stage::{SOON, Stage};

pub(crate) struct Called {
    pub(crate) stage: Stage,
    pub(crate) signer: Signer,
    pub(crate) url: String,
    listener: TcpListener,
    http: reqwest::Client,
}

impl Called {
    pub(crate) fn new(broker: Broker) -> Self {
        let stage = Stage::new(broker, QueueType::Classic);
        let signer = Signer::ed25519("first");
        stage.platform.set_jwks(&jwks(&[&signer]));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            stage,
            signer,
            url: format!("http://{}/api/callback", listener.local_addr().unwrap()),
            listener,
            http: reqwest::Client::builder()
                .no_proxy()
                .timeout(SOON)
                .build()
                .unwrap(),
        }
    }

    pub(crate) async fn registration(&self) -> Registration<InternalEnrichment> {
        let connector = Connector::internal_enrichment()
            .id(self.stage.id)
            .name("Sample")
            .scope([EntityType::Ipv4Addr])
            .listen_callback_uri(self.url.clone())
            .build()
            .unwrap();
        self.stage.client().register(&connector).await.unwrap()
    }

    /// Has it listen to requests.
    pub(crate) fn over_http(
        &self,
        listen: Listen<InternalEnrichment>,
    ) -> Listen<InternalEnrichment> {
        let listener = self.listener.try_clone().unwrap();
        listen.over_http(listener, ListenApi::default())
    }

    /// A request with the platform's token.
    pub(crate) fn request(&self) -> RequestBuilder {
        self.request_with(&self.signer.token())
    }

    pub(crate) fn request_with(&self, token: &str) -> RequestBuilder {
        let request = self.http.post(&self.url);
        request.header(AUTHORIZATION, format!("Bearer {token}"))
    }

    /// Delivers a body, and gives the answer.
    pub(crate) async fn post(&self, body: impl Into<Body>) -> (StatusCode, Value) {
        answer(self.request().body(body)).await
    }

    /// Delivers a message as soon as there is someone to take it.
    pub(crate) async fn deliver(&self, message: &Value) {
        let (status, answer) = self.post(message.to_string()).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
        assert_eq!(answer["message"], "Message successfully received");
    }
}

/// The answer to a request.
pub(crate) async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}
