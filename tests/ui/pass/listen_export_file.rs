use opencti_connector::client::Registration;
use opencti_connector::kind::InternalExportFile;
use opencti_connector::runtime::{BoxError, ExportFile, Exported};

async fn whole(export: ExportFile) -> Result<Exported, BoxError> {
    let mut csv = String::from("id\n");
    let mut objects = export.objects();
    while let Some(page) = objects.next_page().await? {
        csv.extend(page.iter().map(|object| format!("{}\n", object.id())));
    }
    Ok(export.into_file(csv))
}

async fn as_it_is_made(export: ExportFile) -> Result<Exported, BoxError> {
    Ok(export.into_stream(&b"id\n"[..]))
}

fn main() {
    type Export = Registration<InternalExportFile>;
    let _ = |registration: Export| registration.listen(whole).any_scope();
    let _ = |registration: Export| registration.listen(as_it_is_made);
}
