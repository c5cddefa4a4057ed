use std::collections::BTreeMap;
use std::sync::Arc;

use opencti_connector::client::Registration;
use opencti_connector::kind::InternalAnalysis;
use opencti_connector::runtime::{Analysis, BoxError, Listen, Matches};

async fn analyse(analysis: Analysis) -> Result<Matches, BoxError> {
    let text = analysis.text().await?;
    let found = text.contains("APT28").then_some(("APT28", "intrusion-set--4e9b2b2c"));
    Ok(analysis.matches(found))
}

fn with_state(
    registration: Registration<InternalAnalysis>,
    names: BTreeMap<String, String>,
) -> Listen<InternalAnalysis> {
    let names = Arc::new(names);
    registration.listen(move |analysis: Analysis| {
        let names = Arc::clone(&names);
        async move {
            let text = analysis.text().await?;
            let found = names.iter().filter(|(name, _)| text.contains(*name));
            Ok::<_, BoxError>(analysis.matches(found))
        }
    })
}

fn main() {
    let _ = |registration: Registration<InternalAnalysis>| registration.listen(analyse);
    let _ = with_state;
}
