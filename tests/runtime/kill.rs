//! A connector that is killed loses nothing.

use std::collections::BTreeMap;
use std::env;
use std::time::{Duration, SystemTime};

use platform::{Hold, QueueType, or_skip};
use serde_json::json;

use crate::child::{Orders, PARTS, Process, Stop, content};
use crate::stage::{Stage, until};

const MESSAGES: usize = 200;
const TIMES: usize = 4;

/// Where the connector is killed.
#[derive(Clone, Copy, Debug)]
enum Point {
    Request(&'static str, Hold),
    Handler(Stop),
    Anywhere,
}

const POINTS: [Point; 9] = [
    Point::Request("toReceived", Hold::Before),
    Point::Request("toReceived", Hold::After),
    // Announced, and not published.
    Point::Request("addExpectations", Hold::After),
    Point::Handler(Stop::BetweenBundles),
    Point::Handler(Stop::AfterBundles),
    // All parts are confirmed.
    Point::Request("toProcessed", Hold::Before),
    Point::Request("toProcessed", Hold::After),
    // All is done but the acknowledgement.
    Point::Request("reportExpectation", Hold::After),
    Point::Anywhere,
];

#[test]
fn a_killed_connector_loses_nothing_of_a_classic_queue() {
    lose_nothing(&Stage::new(or_skip!(), QueueType::Classic), Workers::Fast);
}

#[test]
fn a_killed_connector_loses_nothing_of_a_quorum_queue() {
    lose_nothing(&Stage::new(or_skip!(), QueueType::Quorum), Workers::Fast);
}

#[test]
fn a_killed_connector_loses_nothing_while_no_worker_runs() {
    lose_nothing(&Stage::new(or_skip!(), QueueType::Classic), Workers::Late);
}

/// Whether parts are reported before the next kill, or after all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Workers {
    Fast,
    Late,
}

fn lose_nothing(stage: &Stage, workers: Workers) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(stage.enrichment());
    let worker = (workers == Workers::Fast).then(|| stage.worker());
    let works: Vec<_> = (0..MESSAGES).map(|number| stage.ask(number)).collect();
    let processed = || {
        let all = stage.platform.works();
        let is_processed = |work: &&String| all[*work]["processed_time"].is_string();
        works.iter().filter(is_processed).count()
    };

    let mut random = Random::new();
    let mut points = POINTS.repeat(TIMES);
    random.shuffle(&mut points);
    // A message may be in hand at any number of kills.
    let orders = |stop| Orders {
        concurrency: 4,
        max_attempts: 1_000,
        stop,
        poison: Vec::new(),
    };
    for point in points {
        let before = processed();
        assert!(before < MESSAGES, "all is done before {point:?}");
        let call = random.below(6);
        let stop = match point {
            Point::Handler(stop) => Some((stop, call)),
            Point::Request(..) | Point::Anywhere => None,
        };
        let process = Process::start(stage, &orders(stop));
        match point {
            Point::Request(field, hold) => {
                runtime.block_on(until("it goes on", || processed() >= before + call));
                let gate = stage.platform.hold(field, hold);
                assert!(gate.reached(crate::stage::SOON), "{point:?}");
                process.kill();
                gate.release();
            }
            Point::Handler(_) => {
                process.stands_still();
                process.kill();
            }
            Point::Anywhere => {
                runtime.block_on(until("it goes on", || processed() > before));
                // Nothing is waited for: it is killed at any time.
                std::thread::sleep(Duration::from_millis(random.below(50) as u64));
                process.kill();
            }
        }
    }
    let done = processed();
    assert!(done < MESSAGES, "the last one has nothing to do");
    println!("{done} works were processed before the last kill");

    let process = Process::start(stage, &orders(None));
    let worker = worker.unwrap_or_else(|| stage.worker());
    runtime.block_on(async {
        for work in &works {
            let work = stage.completed(work).await;
            assert_eq!(work["errors"], json!([]));
        }
        // What is there twice after a kill is looked at, too.
        stage.drained().await;
        process.stop();
        stage.acknowledged().await;
    });
    let mut times = BTreeMap::<String, usize>::new();
    for part in worker.parts() {
        let content = part["content"]["objects"][0]["content"].as_str().unwrap();
        *times.entry(content.to_owned()).or_default() += 1;
    }
    for number in 0..MESSAGES {
        for part in PARTS {
            let content = content(number, part);
            assert!(times.remove(&content).is_some(), "lost: {content}");
        }
    }
    assert!(times.is_empty(), "{times:?}");
}

/// Numbers that come again with the seed that is printed.
struct Random(u64);

impl Random {
    fn new() -> Self {
        let seed = env::var("OPENCTI_TEST_SEED").ok();
        let seed = seed.map(|seed| seed.parse().unwrap());
        let now = || SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let seed = seed.unwrap_or_else(now);
        println!("OPENCTI_TEST_SEED={seed}");
        Self(seed)
    }

    /// By `SplitMix64`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % end as u64).unwrap()
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for position in (1..list.len()).rev() {
            list.swap(position, self.below(position + 1));
        }
    }
}
