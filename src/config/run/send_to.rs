//! Where bundles go.

use crate::config::reader::{self, Reader};
use crate::config::sources::variables::{
    S3_ACCESS_KEY, S3_BUCKET_REGION, S3_ENDPOINT, S3_PORT, S3_SECRET_KEY, S3_USE_SSL,
    SEND_TO_DIRECTORY, SEND_TO_DIRECTORY_PATH, SEND_TO_DIRECTORY_RETENTION, SEND_TO_QUEUE,
    SEND_TO_S3, SEND_TO_S3_BUCKET, SEND_TO_S3_FOLDER, SEND_TO_S3_RETENTION, Variable,
};
use crate::value::send_to::{DirectorySettings, S3Settings, SendTo};

pub(crate) fn read(reader: &mut Reader<'_>) -> SendTo {
    let is_to_directory = reader.flag(&SEND_TO_DIRECTORY).unwrap_or_default();
    let directory = reader.switched(is_to_directory, directory);
    let is_to_s3 = reader.flag(&SEND_TO_S3).unwrap_or_default();
    let s3 = reader.switched(is_to_s3, s3);
    if is_to_directory && !reader.is_set(&SEND_TO_DIRECTORY_PATH) {
        reader.fault(
            &SEND_TO_DIRECTORY_PATH,
            "is missing; name the directory to write to, because CONNECTOR_SEND_TO_DIRECTORY is set",
        );
    }
    let send_to = SendTo {
        queue: reader.flag(&SEND_TO_QUEUE).unwrap_or(true),
        directory: directory.filter(|_| is_to_directory),
        s3: is_to_s3.then_some(s3),
    };
    if !send_to.queue && !is_to_directory && send_to.s3.is_none() {
        reader.warning(
            &SEND_TO_QUEUE,
            "is false and no other destination is set, so bundles go nowhere; set it to `true`, or set \
             CONNECTOR_SEND_TO_DIRECTORY or CONNECTOR_SEND_TO_S3",
        );
    }
    send_to
}

fn directory(reader: &mut Reader<'_>) -> Option<DirectorySettings> {
    let path = reader.parsed(&SEND_TO_DIRECTORY_PATH, path);
    let retention_days = retention(reader, &SEND_TO_DIRECTORY_RETENTION);
    let mut directory = DirectorySettings::new(path?);
    directory.retention_days = retention_days.unwrap_or(directory.retention_days);
    Some(directory)
}

fn s3(reader: &mut Reader<'_>) -> S3Settings {
    let default = S3Settings::default();
    S3Settings {
        endpoint: reader.parsed(&S3_ENDPOINT, reader::host),
        port: reader.parsed(&S3_PORT, reader::port),
        use_ssl: reader.flag(&S3_USE_SSL),
        access_key: reader.secret(&S3_ACCESS_KEY),
        secret_key: reader.secret(&S3_SECRET_KEY),
        bucket_region: reader.text(&S3_BUCKET_REGION),
        bucket: reader.text(&SEND_TO_S3_BUCKET),
        folder: reader.text(&SEND_TO_S3_FOLDER).unwrap_or(default.folder),
        retention_days: retention(reader, &SEND_TO_S3_RETENTION).unwrap_or(default.retention_days),
    }
}

fn retention(reader: &mut Reader<'_>, variable: &Variable) -> Option<u32> {
    reader.parsed(variable, |text| {
        text.parse().map_err(|_| {
            "is not a number of days; write a whole number, or 0 to keep files forever".into()
        })
    })
}

fn path(text: &str) -> Result<String, String> {
    if text.contains("://") {
        return Err("is a URL; write the path of a directory".into());
    }
    Ok(text.to_owned())
}
