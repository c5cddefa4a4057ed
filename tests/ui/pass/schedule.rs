use std::sync::Arc;
use std::time::Duration;

use opencti_connector::client::Registration;
use opencti_connector::kind::ExternalImport;
use opencti_connector::runtime::{BoxError, FailedRun, Run};
use serde_json::{Map, Value};

async fn without_a_state(_: Run) -> Result<(), std::io::Error> {
    Ok(())
}

async fn with_any_object(run: Run<Map<String, Value>>) -> Result<(), BoxError> {
    let mut state = run.state().clone();
    state.insert("page".into(), 1.into());
    Ok(run.commit(state).await?)
}

fn main() {
    type Import = Registration<ExternalImport>;
    let hour = Duration::from_secs(60 * 60);
    let _ = move |registration: Import| registration.schedule(hour, without_a_state);
    let _ = move |registration: Import| registration.schedule(Some(hour), with_any_object);
    let _ = |registration: Import| {
        let period = registration.run_settings().and_then(|run| run.duration_period);
        let service = Arc::new(String::new());
        let import = move |run: Run<()>| {
            let service = Arc::clone(&service);
            async move {
                let _ = (service, run.previous());
                Ok::<_, BoxError>(())
            }
        };
        let retry = FailedRun::Retry { after: hour, at_most: 3 };
        registration.schedule(period, import).on_failed_run(retry).grace(hour)
    };
    let _ = async move |registration: Import| {
        let scheduler = registration.schedule(hour, async |_: Run| Ok::<_, BoxError>(()));
        tokio_is_not_needed(scheduler.run_until(std::future::pending()));
    };
}

fn tokio_is_not_needed(_: impl Future + Send) {}
