//! Size: memory in proportion to the text, no recursion, numbers that end.

use std::fmt::Write;

use allocation_counter::measure;
use opencti_connector::stix::{Bundle, Part};
use serde_json::{Value, json};

const MEGABYTE: usize = 1 << 20;

/// The text of a bundle of about this size, whose objects of about 700 bytes refer to six others.
fn text(size: usize) -> String {
    let mut text = String::with_capacity(size + 2048);
    text.push_str(r#"{"type":"bundle","id":"bundle--1","objects":["#);
    let mut number = 0_u64;
    while text.len() < size {
        let separator = if number == 0 { "" } else { "," };
        let id = |number: u64| format!("indicator--00000000-0000-4000-8000-{number:012}");
        write!(
            text,
            r#"{separator}{{"type":"indicator","id":"{}","description":"{:200}","object_refs":["{}","{}","{}"],"created_by_ref":"{}","object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],"a_ref":"{}"}}"#,
            id(number), "", id(number / 2), id(number / 3), id(number / 4), id(0), id(number / 5),
        )
        .expect("a string takes any text");
        number += 1;
    }
    text.push_str("]}");
    text
}

#[test]
fn a_bundle_of_200_megabytes_is_split_within_2_2_times_its_text() {
    const SIZE: usize = 200 * MEGABYTE;
    let mut sent = 0;
    let info = measure(|| {
        let bundle = Bundle::from_json(text(SIZE)).expect("a bundle");
        let split = bundle.split();
        assert_eq!(split.parts().len(), bundle.len());
        sent = split.parts().iter().map(|part| part.to_json().len()).sum();
    });
    assert!(sent > SIZE, "{sent}");
    let peak = usize::try_from(info.bytes_max).expect("a size");
    assert!(peak < SIZE * 22 / 10, "{} MB", peak / MEGABYTE);
}

#[test]
fn a_chain_of_any_length_is_walked_without_recursion() {
    const LENGTH: u64 = 200_000;
    let link = |number: u64| {
        json!({"type": "grouping", "id": format!("grouping--{number}"),
               "a_ref": format!("grouping--{}", number + 1)})
    };
    let mut bundle = Bundle::new();
    bundle.extend((0..LENGTH).map(link)).expect("objects");
    let split = bundle.split();
    let sequence: Vec<u64> = split.parts().iter().map(Part::sequence).collect();
    assert_eq!(sequence, (1..=LENGTH).collect::<Vec<_>>());
}

#[test]
fn a_number_beyond_64_bits_is_the_largest_and_the_order_stays() {
    let mut bundle = Bundle::new();
    for number in 0..200 {
        let below = format!("grouping--{}", number - 1);
        let object = json!({"type": "grouping", "id": format!("grouping--{number}"),
                            "object_refs": [below, below]});
        bundle.push(object).expect("an object");
    }
    let split = bundle.split();
    for (number, part) in split.parts().iter().enumerate() {
        assert!(
            part.to_json()
                .contains(&format!(r#""id":"grouping--{number}""#))
        );
    }
    assert_eq!(split.parts()[199].sequence(), u64::MAX);
}

/// Each relationship is an end of the next, and the first lacks one: a pass for each that is left out
/// would take hours.
#[test]
fn a_chain_that_lacks_its_first_end_is_left_out_in_one_pass() {
    const LENGTH: usize = 100_000;
    let relationship = |number: usize, source: String| {
        json!({"type": "relationship", "id": format!("relationship--{number}"),
               "source_ref": source, "target_ref": "tool--1"})
    };
    let mut objects = vec![
        json!({"type": "tool", "id": "tool--1"}),
        relationship(0, "x-ours--1".into()),
    ];
    objects.extend((1..LENGTH).map(|n| relationship(n, format!("relationship--{}", n - 1))));
    let listed: Vec<_> = (0..LENGTH).map(|n| format!("relationship--{n}")).collect();
    objects.push(json!({"type": "report", "id": "report--1", "object_refs": listed}));

    let bundle = Bundle::from_json(Value::from(objects).to_string()).expect("a bundle");
    let split = bundle.split();
    assert_eq!(split.left_out().len(), LENGTH);
    let report: Value = serde_json::from_str(&split.parts()[1].to_json()).expect("JSON");
    assert_eq!(report["objects"][0]["object_refs"], json!([]));
    assert_eq!(split.parts()[1].sequence(), 1);
}

/// A sighting that loses its places one by one, with a look at all of them each time, would take as
/// long.
#[test]
fn a_sighting_that_loses_all_its_places_is_left_out_in_one_pass() {
    const PLACES: usize = 100_000;
    let mut objects: Vec<_> = (0..PLACES)
        .map(|n| {
            json!({"type": "relationship", "id": format!("relationship--{n}"),
                   "source_ref": "x-ours--1", "target_ref": "tool--1"})
        })
        .collect();
    // Lost in this order, so that those that are left stand last.
    let places: Vec<_> = (0..PLACES)
        .rev()
        .map(|n| format!("relationship--{n}"))
        .collect();
    objects.push(
        json!({"type": "sighting", "id": "sighting--1", "sighting_of_ref": "tool--1",
                        "where_sighted_refs": places}),
    );

    let bundle = Bundle::from_json(Value::from(objects).to_string()).expect("a bundle");
    assert_eq!(bundle.split().left_out().len(), PLACES + 1);
}
