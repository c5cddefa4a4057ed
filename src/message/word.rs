//! Words of the platform that tell how, and of which there may be more some day.

/// Makes an enum of such words. A word that is not known is kept, because a message with it can be
/// answered all the same.
macro_rules! words {
    ($(#[$doc:meta])+ $name:ident { $($(#[$word_doc:meta])+ $word:ident: $text:literal,)+ }) => {
        $(#[$doc])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$word_doc])+ $word,)+
            /// A word that this version of the crate does not know.
            Other(String),
        }

        impl $name {
            pub(super) fn from_text(text: String) -> Self {
                match &*text {
                    $($text => Self::$word,)+
                    _ => Self::Other(text),
                }
            }

            /// The word as the platform has it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$word => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        crate::value::text::text_value!($name: prints, equals);
    };
}
pub(super) use words;
