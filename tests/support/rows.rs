//! The rows of the tables in `tests/data`.

use serde::de::DeserializeOwned;

/// The rows of a CSV text, whose columns are the members of `T`.
pub(crate) fn rows<T: DeserializeOwned>(csv: &str) -> Vec<T> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the columns of the struct")
}

/// The published connectors, as what they are in this test.
pub(crate) fn catalogue<T: DeserializeOwned>() -> Vec<T> {
    let shipped = rows(include_str!("../data/connectors.csv"));
    assert_eq!(shipped.len(), 149);
    shipped
}
