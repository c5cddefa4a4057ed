//! Bundles in a directory.

use std::fs::{self, File};
use std::future::pending;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use opencti_connector::client::Client;
use opencti_connector::config::Config;
use opencti_connector::kind::ExternalImport;
use opencti_connector::runtime::{BoxError, Enrichment, Run, RunError, SendErrorKind};
use opencti_connector::stix::Bundle;
use opencti_connector::{Connector, DirectorySettings, EntityType, SendTo};
use platform::{Options, Platform, QueueType, or_skip};
use serde_json::{Value, json};

use crate::answers::{EXTENSION, answered_steps, step};
use crate::files;
use crate::folder::Folder;
use crate::stage::{self, SOON, Stage, message, until};

pub(crate) const ID: &str = "550e8400-e29b-41d4-a716-446655440000";
/// What pycti writes of a bundle: of an external import, then of an enrichment whose entity is
/// shared.
pub(crate) const OF_PYCTI: &str = include_str!("../data/pycti_stored.jsonl");

/// The bundle that pycti was given.
pub(crate) fn bundle() -> Bundle {
    let (_, bundle) = OF_PYCTI.split_once("\"bundle\":").unwrap();
    let (bundle, _) = bundle.split_once(",\"update\":").unwrap();
    Bundle::from_json(bundle).unwrap()
}

/// Nowhere but into this directory.
pub(crate) fn into(path: impl Into<PathBuf>) -> SendTo {
    let mut send_to = SendTo::default();
    send_to.queue = false;
    send_to.directory = Some(DirectorySettings::new(path));
    send_to
}

/// Runs an external import once, on a platform that has no broker.
pub(crate) async fn import<F, R>(client: Client, send_to: SendTo, import: F) -> Result<(), RunError>
where
    F: Fn(Run) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), BoxError>> + Send + 'static,
{
    let connector = Connector::external_import()
        .id(ID)
        .name("Shodan InternetDB")
        .auto(true)
        .build()
        .unwrap();
    let registration = client.register(&connector).await.unwrap();
    let scheduler = registration.schedule(Duration::ZERO, import);
    scheduler.send_to(send_to).run_until(pending()).await
}

/// Runs an external import once that sends nothing to the queue, by a configuration with more
/// variables.
pub(crate) async fn import_as_configured(
    platform: &Platform,
    more: &[(&str, &str)],
) -> Result<(), RunError> {
    let variables = [
        ("OPENCTI_URL", platform.url()),
        ("OPENCTI_TOKEN", platform.token()),
        ("CONNECTOR_ID", ID),
        ("CONNECTOR_NAME", "Sample"),
        ("CONNECTOR_RUN_AND_TERMINATE", "true"),
        ("CONNECTOR_SEND_TO_QUEUE", "false"),
    ];
    let variables = variables.iter().chain(more).copied();
    let config = Config::sources().variables(variables).load().unwrap();
    let registration = config.start::<ExternalImport>().await.unwrap();
    let scheduler = registration.schedule(None, sends(bundle()));
    scheduler.run_until(pending()).await
}

pub(crate) fn client(platform: &Platform) -> Client {
    Client::new(platform.url(), platform.token()).unwrap()
}

/// A handler that sends a bundle.
pub(crate) fn sends(
    bundle: Bundle,
) -> impl Fn(Run) -> crate::schedule::Importing + Send + Sync + 'static {
    move |run: Run| {
        let bundle = bundle.clone();
        Box::pin(async move {
            let sent = run.send(bundle.clone()).await?;
            assert_eq!(sent.parts(), bundle.len());
            Ok(())
        })
    }
}

/// The files of a folder whose names end like this, in order.
pub(crate) fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.to_str().unwrap().ends_with(end))
        .collect();
    paths.sort();
    paths
}

fn only_file(folder: &Folder) -> String {
    let files = files(&folder.0, "");
    let [file] = &files[..] else {
        panic!("{files:?}");
    };
    fs::read_to_string(file).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_what_pycti_writes_and_nothing_else_is_done() {
    let (platform, folder) = (Platform::start(Options::default()), Folder::new("as-pycti"));
    let sent = import(
        client(&platform),
        into(&folder.0),
        sends(bundle().update(true)),
    );
    sent.await.unwrap();
    assert_eq!(only_file(&folder), OF_PYCTI.lines().next().unwrap());

    // `shodan_internetdb-20261124-120000-1795521600.123456789.json`
    let files = files(&folder.0, ".json");
    let name = files[0].file_stem().unwrap().to_str().unwrap();
    let [connector, date, time, epoch] = name.split('-').collect::<Vec<_>>()[..] else {
        panic!("{name}");
    };
    assert_eq!(connector, "shodan_internetdb");
    assert_eq!((date.len(), time.len()), (8, 6));
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    assert!((now.unwrap().as_secs_f64() - epoch.parse::<f64>().unwrap()).abs() < 600.0);
    // Nothing would come of a work.
    assert!(platform.works().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_goes_to_the_queue_as_well_and_is_stored_as_it_was_sent() {
    let (stage, folder) = (
        Stage::new(or_skip!(), QueueType::Classic),
        Folder::new("shared"),
    );
    let connector = Connector::internal_enrichment()
        .id(stage.id)
        .name("Shodan InternetDB")
        .scope([EntityType::Ipv4Addr, EntityType::DomainName])
        .auto(true)
        .build()
        .unwrap();
    let registration = stage.client().register(&connector).await.unwrap();
    let worker = stage.worker();
    let mut send_to = into(&folder.0);
    send_to.queue = true;
    let listen = registration.listen(async |enrichment: Enrichment| {
        Ok::<_, BoxError>(enrichment.with_bundle(bundle().cleaned_up()))
    });
    let run = stage::Run::of(listen.send_to(send_to));
    let work = stage.platform.add_work(stage.id.as_str());
    let mut message = message(&work, 1);
    let entity = message["event"]["stix_entity"].as_str().unwrap();
    let mut entity: Value = serde_json::from_str(entity).unwrap();
    entity["extensions"] = json!({EXTENSION: {"granted_refs": ["identity--org"]}});
    message["event"]["stix_entity"] = entity.to_string().into();
    stage.platform.send(stage.id.as_str(), &message);
    stage.completed(&work).await;
    run.stop().await.unwrap();

    // Without what is sent twice.
    assert_eq!(worker.wait_for(3, SOON).len(), 3);
    let of_pycti = OF_PYCTI.lines().nth(1).unwrap();
    let of_pycti: Value = serde_json::from_str(&of_pycti.replace(ID, stage.id.as_str())).unwrap();
    let stored: Value = serde_json::from_str(&only_file(&folder)).unwrap();
    assert_eq!(stored, of_pycti);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_is_seen_before_it_is_whole_and_none_is_replaced() {
    const BUNDLES: usize = 25;
    let folder = Folder::new("whole");
    let mut bundle = Bundle::new();
    bundle
        .extend((0..2_000).map(|number| json!({"type": "url", "value": format!("a/{number}")})))
        .unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let (is_done, path) = (Arc::clone(&done), folder.0.clone());
    let reader = thread::spawn(move || {
        let mut read = 0;
        while !is_done.load(Ordering::Relaxed) {
            for file in files(&path, ".json") {
                let text = fs::read_to_string(&file).unwrap();
                let bundle: Value = serde_json::from_str(&text)
                    .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
                assert_eq!(bundle["bundle"]["objects"].as_array().unwrap().len(), 2_000);
                read += 1;
            }
        }
        read
    });
    let handler = move |run: Run| {
        let bundle = bundle.clone();
        async move {
            for _ in 0..BUNDLES {
                let _ = run.send(bundle.clone()).await?;
            }
            Ok(())
        }
    };
    // Two connectors of the same name.
    let platforms = [(); 2].map(|()| Platform::start(Options::default()));
    let runs = platforms
        .each_ref()
        .map(|it| import(client(it), into(&folder.0), handler.clone()));
    let [one, other] = runs;
    let (one, other) = tokio::join!(one, other);
    done.store(true, Ordering::Relaxed);
    one.and(other).unwrap();
    assert!(reader.join().unwrap() > 0);
    assert_eq!(files(&folder.0, "").len(), 2 * BUNDLES);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_old_and_the_connectors_own_is_removed() {
    const DAY: Duration = Duration::from_hours(24);
    let old = [
        // As pycti names it.
        "shodan_internetdb-20261101-120000-1793534400.1234567.json",
        // A process was killed.
        "shodan_internetdb-20261101-120001-1793534401.123456789.json.tmp",
    ];
    let kept = [
        "shodan_internetdb_2-20261101-120000-1793534400.1234567.json",
        "shodan_internetdb-eu-20261101-120000-1793534400.1234567.json",
        "shodan_internetdb-20261101-120000-1793534400.1234567.json.bak",
        "misp-20261101-120000-1793534400.1234567.json",
        "notes.json",
    ];
    let young = "shodan_internetdb-20261101-120002-1793534402.123456789.json";
    for (retention_days, are_removed) in [(3, true), (0, false)] {
        let folder = Folder::new(&format!("retention-{retention_days}"));
        let days_ago = |name: &str, days: u32| {
            let file = File::create(folder.write(name, "{}")).unwrap();
            let time = SystemTime::now() - days * DAY;
            file.set_times(fs::FileTimes::new().set_modified(time))
                .unwrap();
        };
        for name in old.iter().chain(&kept) {
            days_ago(name, 4);
        }
        days_ago(young, 2);

        let mut send_to = into(&folder.0);
        send_to.directory.as_mut().unwrap().retention_days = retention_days;
        let platform = Platform::start(Options::default());
        let pruned = folder.0.clone();
        let sent = import(client(&platform), send_to, move |run: Run| {
            let pruned = pruned.clone();
            async move {
                // With no bundle so far.
                let are_gone = || old.iter().all(|name| !pruned.join(name).exists());
                until("old bundles are removed", || !are_removed || are_gone()).await;
                run.send(bundle()).await?;
                Ok(())
            }
        });
        sent.await.unwrap();
        for name in old {
            assert_eq!(folder.0.join(name).exists(), !are_removed, "{name}");
        }
        for name in kept.iter().chain(&[young]) {
            assert!(folder.0.join(name).exists(), "{name}");
        }
        let before = old.len() + kept.len() + 1;
        let removed = if are_removed { old.len() } else { 0 };
        assert_eq!(files(&folder.0, "").len(), before - removed + 1);
    }
}

/// A handler whose bundle is not stored.
async fn is_refused(run: Run) -> Result<(), BoxError> {
    let error = run.send(bundle()).await.unwrap_err();
    assert_eq!(error.kind(), SendErrorKind::Storage);
    Err(error.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_cannot_be_written_to_is_named_with_what_to_do() {
    let folder = Folder::new("refused");
    let file = folder.write("file", "");
    let mut refused = vec![
        (
            folder.0.join("missing"),
            "make the directory, or correct CONNECTOR_SEND_TO_DIRECTORY_PATH",
        ),
        (
            file.join("below"),
            "make the directory, or correct CONNECTOR_SEND_TO_DIRECTORY_PATH",
        ),
    ];
    // Not even root makes a file there.
    if cfg!(target_os = "linux") {
        refused.push(("/sys/kernel".into(), "let the connector's user write there"));
    }
    for (path, advice) in refused {
        let platform = Platform::start(Options::default());
        let error = import(client(&platform), into(&path), is_refused);
        let error = error.await.unwrap_err().to_string();
        let start = format!("the bundle cannot be written to {}: ", path.display());
        assert!(error.starts_with(&start), "{error}");
        assert!(error.ends_with(&format!("; {advice}")), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_stored_is_not_sent_and_its_work_says_why() {
    let (stage, folder) = (
        Stage::new(or_skip!(), QueueType::Classic),
        Folder::new("unsent"),
    );
    let mut send_to = into(folder.0.join("missing"));
    send_to.queue = true;
    let scheduler = stage.import().await.schedule(Duration::ZERO, is_refused);
    let run = stage::Run::scheduled(scheduler.send_to(send_to));
    run.end().await.unwrap_err();
    let works: Vec<_> = stage.platform.works().into_values().collect();
    let error = works[0]["errors"][0].as_str().unwrap();
    assert!(error.contains("unsent"), "{error}");
    assert_eq!(works[0]["import_expected_number"], 0);
    assert_eq!(stage.broker.ready(&format!("push_{}", stage.id)), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_a_queue_ends_its_work_and_expects_nothing() {
    let (stage, folder) = (
        Stage::new(or_skip!(), QueueType::Classic),
        Folder::new("message"),
    );
    let registration = stage.enrichment().await;
    // As long as this queue is, it is not waited for.
    let id = stage.id.as_str();
    stage.platform.set_queue_size(id, 1_000_000_000);
    let listen = registration
        .listen(async |enrichment: Enrichment| Ok::<_, BoxError>(enrichment.with_bundle(bundle())));
    let run = stage::Run::of(listen.send_to(into(&folder.0)));
    let work = stage.ask(1);
    let work = stage.completed(&work).await;
    assert_eq!(work["messages"][1], "4 objects were sent");
    assert_eq!(work["import_expected_number"], 0);
    run.stop().await.unwrap();
    stage.acknowledged().await;
    only_file(&folder);
    assert_eq!(stage.broker.ready(&format!("push_{}", stage.id)), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_approval_or_answers_a_playbook_is_not_stored() {
    let (stage, folder) = (
        Stage::new(or_skip!(), QueueType::Classic),
        Folder::new("elsewhere"),
    );
    stage
        .platform
        .add_file(files::FILE, "text/plain", b"a.example\n".to_vec());
    let listen = files::importer(&stage).await.listen(files::import);
    let run = stage::Run::of(listen.send_to(into(&folder.0)));
    let event = json!({"force_validation": true, "validation_mode": "workbench"});
    let work = files::ask(&stage, &files::import_event(&event));
    stage.completed(&work).await;
    assert_eq!(stage.platform.files().len(), 1);
    run.stop().await.unwrap();

    let listen = stage
        .enrichment()
        .await
        .listen(async |enrichment: Enrichment| {
            enrichment.send(bundle()).await?;
            Ok::<_, BoxError>(enrichment.with_bundle(bundle()))
        });
    let run = stage::Run::of(listen.send_to(into(&folder.0)));
    stage.platform.send(stage.id.as_str(), &step(1));
    answered_steps(&stage, 1).await;
    run.stop().await.unwrap();
    assert_eq!(files(&folder.0, ""), [] as [PathBuf; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_draft_is_opened_where_nothing_goes_to_the_queue() {
    let (stage, folder) = (
        Stage::new(or_skip!(), QueueType::Classic),
        Folder::new("draft"),
    );
    stage
        .platform
        .add_file(files::FILE, "text/plain", b"a.example\n".to_vec());
    let listen = files::importer(&stage).await.listen(files::import);
    let run = stage::Run::of(listen.send_to(into(&folder.0)));
    let event = json!({"force_validation": true, "validation_mode": "draft"});
    let work = files::ask(&stage, &files::import_event(&event));
    stage.completed(&work).await;
    run.stop().await.unwrap();
    assert!(only_file(&folder).contains("a.example"));
    assert_eq!(stage.platform.drafts(), [] as [Value; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_says_where_bundles_go() {
    let (platform, folder) = (
        Platform::start(Options::default()),
        Folder::new("configured"),
    );
    let path = folder.0.to_str().unwrap();
    let more = [
        ("CONNECTOR_SEND_TO_DIRECTORY", "true"),
        ("CONNECTOR_SEND_TO_DIRECTORY_PATH", path),
    ];
    import_as_configured(&platform, &more).await.unwrap();
    assert!(only_file(&folder).contains("\"name\":\"Sample\""));
}
