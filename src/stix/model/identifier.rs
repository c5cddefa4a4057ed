//! Observables that name a person, an account, a device, or are text.

use crate::stix::model::define::objects;

objects! { observable:
    /// A prompt for a language model.
    AiPrompt = "ai-prompt" (value: text "value");

    /// A bank account, by its IBAN.
    BankAccount = "bank-account" (iban: text "iban") {
        /// BIC of the bank, e.g. `COBADEFFXXX`.
        bic: text "bic",
        /// Account number at the bank.
        account_number: text "account_number",
    };

    /// The number of a SIM card.
    Iccid = "iccid" (value: text "value");

    /// The number of a mobile device.
    Imei = "imei" (value: text "value");

    /// The number of a mobile subscriber.
    Imsi = "imsi" (value: text "value");

    /// What a medium published, by its URL.
    MediaContent = "media-content" (url: text "url") {
        /// Title.
        title: text "title",
        /// Text.
        content: text "content",
        /// Kind of medium, e.g. `blog`.
        media_category: text "media_category",
        /// Time of publication.
        published: time "publication_date",
    };

    /// A payment card, by its number.
    PaymentCard = "payment-card" (card_number: text "card_number") {
        /// Name on the card.
        holder_name: text "holder_name",
        /// Time until which the card is valid.
        expiration_date: time "expiration_date",
        /// Card verification value, e.g. 123.
        cvv: number "cvv",
    };

    /// Who somebody pretends to be: a name, and its type, e.g. `nickname`.
    Persona = "persona" (name: text "persona_name", kind: text "persona_type");

    /// A telephone number.
    PhoneNumber = "phone-number" (value: text "value");

    /// Any text.
    Text = "text" (value: text "value");

    /// The number of a parcel.
    TrackingNumber = "tracking-number" (value: text "value");
}
