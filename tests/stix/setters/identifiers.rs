//! Observables that are identifiers.

use opencti_connector::stix::model::{
    AiPrompt, BankAccount, Iccid, Imei, Imsi, MediaContent, PaymentCard, Persona, PhoneNumber,
    Text, TrackingNumber,
};

use crate::setters::{All, FEBRUARY, JANUARY, setters};

pub(super) fn all(all: &mut All) {
    setters! { all, AiPrompt, AiPrompt::new("Hi"), [shared, observable] {
    }}
    setters! { all, BankAccount, BankAccount::new("DE89370400440532013000"), [shared, observable] {
        bic("a text") => "bic": "a text";
        account_number("a text") => "account_number": "a text";
    }}
    setters! { all, Iccid, Iccid::new("8949"), [shared, observable] {
    }}
    setters! { all, Imei, Imei::new("4901"), [shared, observable] {
    }}
    setters! { all, Imsi, Imsi::new("2620"), [shared, observable] {
    }}
    setters! { all, MediaContent, MediaContent::new("https://example.org/"), [shared, observable] {
        title("a text") => "title": "a text";
        content("a text") => "content": "a text";
        media_category("a text") => "media_category": "a text";
        published(JANUARY) => "publication_date": JANUARY;
    }}
    setters! { all, PaymentCard, PaymentCard::new("4111111111111111"), [shared, observable] {
        holder_name("a text") => "holder_name": "a text";
        expiration_date(FEBRUARY) => "expiration_date": FEBRUARY;
        cvv(7) => "cvv": 7;
    }}
    setters! { all, Persona, Persona::new("Jo", "nickname"), [shared, observable] {
    }}
    setters! { all, PhoneNumber, PhoneNumber::new("+49"), [shared, observable] {
    }}
    setters! { all, Text, Text::new("Hi"), [shared, observable] {
    }}
    setters! { all, TrackingNumber, TrackingNumber::new("1Z"), [shared, observable] {
    }}
}
