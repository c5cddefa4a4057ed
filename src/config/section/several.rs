//! Reading several sections into one report.

use serde::de::DeserializeOwned;

use crate::config::config::Config;
use crate::config::findings::report::Report;
use crate::config::section::own;

/// The names of the sections that [`Config::read_with`] reads as a `T`.
///
/// * One name for any `T` that implements `Deserialize`: `read_with::<Stream, Splunk>("splunk")`.
/// * A tuple of up to six names for a tuple of as many types:
///   `read_with::<Stream, (Splunk, Proxy)>(("splunk", "proxy"))`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name the sections of `{T}`",
    label = "not the name of a section, and not a tuple of names",
    note = "one type that implements `Deserialize` takes one name, and a tuple of types takes a tuple \
            of names, as in `read_with::<Stream, (Splunk, Proxy)>((\"splunk\", \"proxy\"))`"
)]
pub trait Sections<T>: sealed::Sections<T> {}

#[diagnostic::do_not_recommend]
impl<T, N: sealed::Sections<T>> Sections<T> for N {}

pub(crate) mod sealed {
    use crate::config::config::Config;
    use crate::config::findings::report::Report;

    pub trait Sections<T> {
        fn read(self, config: &Config) -> (Option<T>, Report);
    }
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> sealed::Sections<T> for &str {
    fn read(self, config: &Config) -> (Option<T>, Report) {
        own::read(config, self, self, &[])
    }
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> sealed::Sections<T> for &String {
    fn read(self, config: &Config) -> (Option<T>, Report) {
        self.as_str().read(config)
    }
}

macro_rules! sections {
    ($($type:ident $name:ident $text:ty),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($type: DeserializeOwned),+> sealed::Sections<($($type,)+)> for ($($text,)+) {
            fn read(self, config: &Config) -> (Option<($($type,)+)>, Report) {
                let ($($name,)+) = self;
                let names = [$($name),+];
                let mut report = Report::default();
                $(
                    let (value, of_section) = own::read::<$type>(config, $name, $name, &names);
                    report.append(of_section);
                    let $name = value;
                )+
                (all!($($name),+), report)
            }
        }
    };
}

macro_rules! all {
    ($($name:ident),+) => {
        match ($($name,)+) {
            ($(Some($name),)+) => Some(($($name,)+)),
            _ => None,
        }
    };
}

sections!(A a &str, B b &str);
sections!(A a &str, B b &str, C c &str);
sections!(A a &str, B b &str, C c &str, D d &str);
sections!(A a &str, B b &str, C c &str, D d &str, E e &str);
sections!(A a &str, B b &str, C c &str, D d &str, E e &str, F f &str);
