//! The client for `InternetDB`, which needs no key.

use std::net::Ipv4Addr;
use std::time::Duration;

use opencti_connector::runtime::{BoxError, RetryLater};
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, StatusCode};
use serde::Deserialize;

const URL: &str = "https://internetdb.shodan.io";
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait if the service limits requests without a `Retry-After`.
const PAUSE: Duration = Duration::from_secs(60);

/// The service's data about an address.
#[derive(Debug, Deserialize)]
pub struct Host {
    /// Software in CPE notation, e.g. `cpe:/a:f5:nginx:1.18.0`.
    #[serde(default)]
    pub cpes: Vec<String>,
    #[serde(default)]
    pub hostnames: Vec<String>,
    #[serde(default)]
    pub ports: Vec<u16>,
    #[serde(default)]
    pub tags: Vec<String>,
    /// CVE numbers of vulnerabilities, e.g. `CVE-2021-23017`.
    #[serde(default)]
    pub vulns: Vec<String>,
}

pub struct InternetDb {
    http: Client,
    url: String,
}

impl InternetDb {
    pub fn new(url: Option<String>) -> Result<Self, reqwest::Error> {
        let url = url.as_deref().unwrap_or(URL);
        Ok(Self {
            http: Client::builder().timeout(TIMEOUT).build()?,
            url: url.trim_end_matches('/').to_owned(),
        })
    }

    /// Looks an address up. `None` if the service does not know it.
    pub async fn look_up(&self, address: Ipv4Addr) -> Result<Option<Host>, BoxError> {
        let request = self.http.get(format!("{}/{address}", self.url));
        let response = request.send().await?;
        let status = response.status();
        if status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
            return Err(RetryLater::after(pause(&response)).into());
        }
        Ok(Some(response.error_for_status()?.json().await?))
    }
}

fn pause(response: &Response) -> Duration {
    let after = response.headers().get(RETRY_AFTER);
    let seconds = after.and_then(|after| after.to_str().ok()?.parse().ok());
    seconds.map_or(PAUSE, Duration::from_secs)
}
