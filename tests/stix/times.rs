//! Times of typed objects: what is taken, and how it is written.

use std::time::{Duration, SystemTime};

use opencti_connector::stix::jiff::Timestamp;
use opencti_connector::stix::model::{Indicator, IntoTime, Malware, Report, Task, Time};
use opencti_connector::stix::{Bundle, id_of, platform_id_of};
use proptest::prelude::*;
use serde_json::Value;

fn published(time: impl IntoTime) -> Result<String, String> {
    let mut bundle = Bundle::new();
    let pushed = bundle.push(Report::new("Q3", time));
    pushed.map_err(|error| error.to_string())?;
    let part: Value = serde_json::from_str(&bundle.split().parts()[0].to_json()).unwrap();
    Ok(part["objects"][0]["published"].as_str().unwrap().to_owned())
}

#[test]
fn a_time_is_written_in_utc_with_milliseconds() {
    for (text, written) in [
        ("2026-11-24T00:00:00Z", "2026-11-24T00:00:00.000Z"),
        ("2026-11-24t00:00:00z", "2026-11-24T00:00:00.000Z"),
        ("2026-11-24 00:00:00Z", "2026-11-24T00:00:00.000Z"),
        // As chrono and time print.
        ("2026-11-24T00:00:00+00:00", "2026-11-24T00:00:00.000Z"),
        ("2026-11-24T00:00:00.5+00:00", "2026-11-24T00:00:00.500Z"),
        ("2026-11-24T00:00:00.123456789Z", "2026-11-24T00:00:00.123Z"),
        (
            "2026-11-24T00:00:00.9999999999999Z",
            "2026-11-24T00:00:00.999Z",
        ),
        ("2026-11-24T01:30:00+01:30", "2026-11-24T00:00:00.000Z"),
        ("2026-11-23T19:00:00-05:00", "2026-11-24T00:00:00.000Z"),
        ("2026-11-24T00:00:00-00:00", "2026-11-24T00:00:00.000Z"),
        // A leap second counts as the one before it.
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"),
        ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
        ("9999-12-30T00:00:00Z", "9999-12-30T00:00:00.000Z"),
    ] {
        assert_eq!(published(text), Ok(written.to_owned()), "{text}");
    }
}

#[test]
fn what_is_not_a_time_is_refused_by_name() {
    for text in [
        "",
        "2026-11-24",
        "2026-11-24T00:00:00",
        "2026-11-24T00:00Z",
        "2026-11-24T00:00:00.Z",
        "2026-11-24T24:00:00Z",
        "2026-11-24T00:60:00Z",
        "2026-11-24T00:00:61Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-11-31T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "+026-11-24T00:00:00Z",
        "2026-11-24T00:00:0éZ",
        "2026-11-24T00:00:00+0100",
        "2026-11-24T00:00:00+24:00",
        "2026-11-24T00:00:00+01:60",
        "2026-11-24T00:00:00+1:00",
        "2026-11-24T00:00:00++1:00",
        "2026-11-24T00:00:00 UTC",
        "2026-11-24T00:00:00Z[UTC]",
        "0000-01-01T00:00:00+01:00",
        "1764000000",
    ] {
        let refused = format!(
            "not valid STIX: `published` of this `report` is {text:?}, not a time such as \
             \"2026-11-24T09:30:00Z\""
        );
        assert_eq!(published(text), Err(refused), "{text}");
        assert!(text.parse::<Time>().is_err(), "{text}");
    }
    let refused = published(Timestamp::MIN).unwrap_err();
    assert!(
        refused.contains("`published` of this `report`"),
        "{refused}"
    );
}

#[test]
fn a_time_is_given_as_what_a_program_has() {
    let text = "2026-11-24T00:00:00.250Z";
    let timestamp: Timestamp = text.parse().unwrap();
    let system = SystemTime::try_from(timestamp).unwrap();
    let time: Time = text.parse().unwrap();
    let owned = String::from(text);
    let taken = [
        published(text),
        published(&owned),
        published(owned.clone()),
        published(timestamp),
        published(system),
        published(&time),
        published(time.clone()),
    ];
    assert!(
        taken.iter().all(|taken| taken.as_deref() == Ok(text)),
        "{taken:?}"
    );
    let before = SystemTime::UNIX_EPOCH - Duration::from_micros(1);
    assert_eq!(published(before).as_deref(), Ok("1969-12-31T23:59:59.999Z"));
}

#[test]
fn a_source_may_lack_a_time() {
    let bare = Indicator::new("[x]", "stix");
    let none = bare.clone().valid_until(None::<Timestamp>);
    assert_eq!(none, bare);
    let some = bare.valid_until(Some("2026-11-24T00:00:00Z"));
    let written = serde_json::to_value(some).unwrap();
    assert_eq!(written["valid_until"], "2026-11-24T00:00:00.000Z");
}

#[test]
fn an_id_with_a_time_is_that_of_the_platform() {
    for time in ["2026-11-24T00:00:00Z", "2026-11-24T01:00:00+01:00"] {
        let task = Task::new("Block it", time);
        let written = serde_json::to_value(&task).unwrap();
        assert_eq!(
            task.id().as_str(),
            "task--b62d10bf-92ec-5025-8651-7dbe23d72fc2"
        );
        assert_eq!(id_of(&written).unwrap().as_str(), task.id().as_str());
        assert_eq!(
            platform_id_of(&written).unwrap().as_str(),
            task.id().as_str()
        );
    }
}

#[test]
fn times_that_contradict_each_other_are_refused() {
    let refused = |object: Indicator| Bundle::new().push(object).unwrap_err().to_string();
    let indicator = Indicator::new("[x]", "stix").valid_from("2026-11-24T00:00:00Z");
    assert_eq!(
        refused(indicator.clone().valid_until("2026-11-24T00:00:00Z")),
        "not valid STIX: `valid_until` of this `indicator` is 2026-11-24T00:00:00.000Z, not after \
         its `valid_from` 2026-11-24T00:00:00.000Z"
    );
    assert!(
        Bundle::new()
            .push(indicator.valid_until("2026-11-24T00:00:00.001Z"))
            .is_ok()
    );
}

#[test]
fn the_times_of_creation_and_change_are_there_and_in_order() {
    let written = |malware: Malware| {
        let written = serde_json::to_value(malware).unwrap();
        let time = |member: &str| written[member].as_str().unwrap().to_owned();
        (time("created"), time("modified"))
    };
    let before = Time::now().to_string();
    let (created, modified) = written(Malware::new("Emotet"));
    assert!(before <= created && created == modified && created <= Time::now().to_string());
    let past = "2026-01-01T00:00:00.000Z";
    for malware in [
        Malware::new("Emotet").created(past),
        Malware::new("Emotet").modified(past),
    ] {
        assert_eq!(written(malware), (past.to_owned(), past.to_owned()));
    }
}

proptest! {
    #[test]
    fn any_instant_is_written_with_milliseconds(nanoseconds in 0..253_402_300_799_000_000_000_i128) {
        let timestamp = Timestamp::from_nanosecond(nanoseconds);
        prop_assume!(timestamp.is_ok());
        let timestamp = timestamp.unwrap();
        let time = timestamp.into_time().unwrap();
        let read: Timestamp = time.as_str().parse().unwrap();
        prop_assert_eq!(read.as_millisecond(), timestamp.as_millisecond());
        prop_assert_eq!(time.as_str().len(), "2026-11-24T00:00:00.000Z".len());
        prop_assert_eq!(timestamp.to_string().parse::<Time>(), Ok(time));
    }

    #[test]
    fn any_text_is_a_time_or_not(text in ".{0,32}") {
        if let Ok(time) = text.parse::<Time>() {
            prop_assert_eq!(time.to_string().parse::<Time>(), Ok(time));
        }
    }
}
