//! The names of stored bundles.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// What a file may not be called everywhere, or would be a folder of a key.
const UNSAFE: &[char] = &['/', '\\', ':', '*', '?', '"', '<', '>', '|'];
/// In bytes: most file systems take names of 255, and 50 follow.
const LONGEST: usize = 200;

/// Names as those of pycti 7.261026.0: `sample-20261124-120000-1795521600.123456789.json`.
///
/// The time is UTC, to the nanosecond, and no name is given twice.
pub(crate) struct Names {
    prefix: String,
    last: Mutex<Timestamp>,
}

impl Names {
    /// For a connector of this name.
    pub(crate) fn of(connector: &str) -> Self {
        let mut prefix = connector.to_lowercase().replace(' ', "_");
        prefix = prefix.replace(UNSAFE, "_");
        let mut ends = (0..=LONGEST).rev();
        let end = ends.find(|end| prefix.is_char_boundary(*end));
        prefix.truncate(end.unwrap_or_default());
        prefix.push('-');
        Self {
            prefix,
            last: Mutex::new(Timestamp::UNIX_EPOCH),
        }
    }

    /// What all of them begin with; so may those of another connector, see [`is_own`](Self::is_own).
    #[cfg(feature = "s3")]
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    pub(crate) fn next(&self) -> String {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let later = last.checked_add(SignedDuration::from_nanos(1));
        let time = Timestamp::now().max(later.unwrap_or(*last));
        *last = time;
        let (date, nanosecond) = (time.strftime("%Y%m%d-%H%M%S-%s"), time.subsec_nanosecond());
        format!("{}{date}.{nanosecond:09}.json", self.prefix)
    }

    /// Whether a name is one of a bundle of this connector: that of `Shodan` also begins those of
    /// `Shodan-InternetDB`, but a time follows in its own alone.
    pub(crate) fn is_own(&self, name: &str) -> bool {
        let time = name.strip_prefix(&self.prefix);
        let time = time.and_then(|time| time.strip_suffix(".json"));
        let Some((date, rest)) = time.and_then(|time| time.split_once('-')) else {
            return false;
        };
        let Some((time, epoch)) = rest.split_once('-') else {
            return false;
        };
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_epoch = |text: &str| {
            let parts = text.split_once('.');
            parts.is_some_and(|(seconds, part)| {
                !seconds.is_empty() && !part.is_empty() && are_digits(seconds) && are_digits(part)
            })
        };
        date.len() == 8
            && time.len() == 6
            && are_digits(date)
            && are_digits(time)
            && is_epoch(epoch)
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn no_name_is_given_twice_and_each_is_known_again() {
        let names = Names::of("Shodan InternetDB");
        let mut given: Vec<_> = (0..10_000).map(|_| names.next()).collect();
        for name in &given {
            assert!(name.starts_with("shodan_internetdb-2"), "{name}");
            assert!(names.is_own(name), "{name}");
        }
        given.dedup();
        assert_eq!(given.len(), 10_000);
        assert!(given.is_sorted());
    }

    #[test]
    fn a_name_is_one_of_a_file_whatever_the_connector_is_called() {
        let long = "é".repeat(512);
        for connector in [
            "../../etc/passwd",
            "a\\b:c*d?e\"f<g>h|i",
            "..",
            &long,
            "Ünïcode",
        ] {
            let names = Names::of(connector);
            let name = names.next();
            assert!(!name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|', ' ']));
            assert!(name.len() <= 255 - ".tmp".len(), "{name}");
            assert!(names.is_own(&name), "{name}");
        }
    }

    #[test]
    fn the_names_of_others_are_not_own() {
        let names = Names::of("Shodan");
        // As pycti writes it.
        assert!(names.is_own("shodan-20261124-120000-1795521600.1234567.json"));
        for other in [
            "shodan-internetdb-20261124-120000-1795521600.1234567.json",
            "shodan-20261124-120000-1795521600.1234567.json.tmp",
            "shodan-20261124-120000-1795521600.json",
            "shodan-20261124-120000-.5.json",
            "shodan-20261124-120000-1795521600..json",
            "shodan-2026112x-120000-1795521600.5.json",
            "shodan-20261124-12000-1795521600.5.json",
            "shodan-20261124-120000.json",
            "shodan-state.json",
            "notes.json",
            "",
        ] {
            assert!(!names.is_own(other), "{other}");
        }
    }
}
