//! Text that a source may lack.

use std::borrow::Cow;

use crate::stix::id::StixId;
use crate::value::entity_type::EntityType;

/// Text, or an [`Option`] of it. `None` leaves the member as it is.
///
/// ```
/// use opencti_connector::stix::model::Software;
///
/// let vendor: Option<String> = None; // what the source said
/// let software = Software::new("nginx").vendor(vendor).version("1.18.0");
/// # drop(software);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text",
    note = "give a `&str`, a `String`, or an `Option` of one"
)]
pub trait OptionalText {
    /// The text, if there is one.
    fn optional_text(self) -> Option<String>;
}

macro_rules! text {
    ($($type:ty),+) => {$(
        impl OptionalText for $type {
            fn optional_text(self) -> Option<String> {
                Some(String::from(self))
            }
        }
    )+};
}

text!(&str, String, &String, Box<str>, Cow<'_, str>, StixId);

impl OptionalText for &&str {
    fn optional_text(self) -> Option<String> {
        Some((*self).into())
    }
}

impl OptionalText for &EntityType {
    fn optional_text(self) -> Option<String> {
        Some(self.as_str().into())
    }
}

impl<T: OptionalText> OptionalText for Option<T> {
    fn optional_text(self) -> Option<String> {
        self.and_then(OptionalText::optional_text)
    }
}

impl<T> OptionalText for &Option<T>
where
    for<'a> &'a T: OptionalText,
{
    fn optional_text(self) -> Option<String> {
        self.as_ref().and_then(OptionalText::optional_text)
    }
}
