//! Bundles that go through the platform, where the configuration says so.

use opencti_connector::config::Config;
use opencti_connector::kind::InternalEnrichment;
use platform::{Hold, QueueType, or_skip};
use serde_json::Value;

use crate::disturbed::Held;
use crate::stage::{Run, SOON, Stage, message};

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_is_handed_to_the_platform_as_a_whole() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let config = Config::sources()
        .variables([
            ("OPENCTI_URL", stage.platform.url()),
            ("OPENCTI_TOKEN", stage.platform.token()),
            ("CONNECTOR_ID", stage.id.as_str()),
            ("CONNECTOR_NAME", "Sample"),
            ("CONNECTOR_SCOPE", "IPv4-Addr"),
            ("CONNECTOR_QUEUE_PROTOCOL", "api"),
        ])
        .load()
        .unwrap();
    let registration = config.start::<InternalEnrichment>().await.unwrap();
    let held = Held::new(1);
    let run = Run::of(registration.listen(held.handler(3)));
    let work = stage.platform.add_work(stage.id.as_str());
    let mut message = message(&work, 0);
    message["internal"]["applicant_id"] = "user-7".into();
    let pushed = stage.platform.hold("stixBundlePush", Hold::Before);
    stage.platform.send(stage.id.as_str(), &message);
    assert!(pushed.reached(SOON));
    let request = stage.platform.last_request().unwrap();
    // Users who may ask for an enrichment may not hand bundles in for a connector.
    assert!(!request.headers.contains_key("opencti-applicant-id"));
    pushed.release();
    stage.completed(&work).await;

    let bundles = stage.platform.bundles();
    let [bundle] = &bundles[..] else {
        panic!("{} bundles came", bundles.len());
    };
    assert_eq!(bundle["connectorId"], stage.id.as_str());
    assert_eq!(bundle["work_id"], work);
    let bundle: Value = serde_json::from_str(bundle["bundle"].as_str().unwrap()).unwrap();
    assert_eq!(bundle["objects"].as_array().unwrap().len(), 3);
    assert_eq!(stage.broker.ready(&format!("push_{}", stage.id)), 0);
    run.stop().await.unwrap();
}
