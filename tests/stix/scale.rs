//! Size: memory in proportion to the text, no recursion, numbers that end.

use std::fmt::Write;

use allocation_counter::measure;
use opencti_connector::stix::{Bundle, Part};
use serde_json::json;

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
